import type { Outcome } from '../fixture/docker-cli.ts';
import type { Engine } from '../fixture/engine.ts';
import { skinnywhale } from '../fixture/slim.ts';
import { caseImage } from './case-image.ts';
import type { HomeCase, Way } from './home-case.ts';
import { observe } from './observe.ts';
import { subjectOf } from './subject.ts';

/** What came of one case in one way. */
export interface Trial {
  readonly name: string;
  readonly way: Way;
  readonly fatBytes: number;
  /** undefined where it could not be slimmed */
  readonly skinnyBytes?: number;
  /** from the start of the command to its end */
  readonly seconds: number;
  readonly runs: boolean;
  /** what the command said, or where the skinny image does something else; empty where it runs as before */
  readonly because: string;
  /** what skinnywhale printed */
  readonly said: string;
}

/** How the cases are slimmed. */
export interface TrialOptions {
  /** see `skinnywhale` in test/fixture/slim.ts */
  readonly entry?: string;
  /** further options of the command; a trial has none by itself */
  readonly flags?: readonly string[];
  /** the skinny image's name; default: one that is removed with the run */
  readonly tag?: string;
}

/** A case's image, and what it does before anything is slimmed. */
export interface FatCase {
  readonly home: HomeCase;
  readonly image: string;
  readonly outcome: Outcome;
}

/**
 * Makes a case's image and sees that it does what the case says.
 *
 * @throws Error where it does something else: the case itself is wrong
 */
export async function fatCase(engine: Engine, home: HomeCase): Promise<FatCase> {
  const image = await caseImage(engine, home);
  const outcome = await observe(engine.docker, home, image, { way: 'image', client: await engine.baseImage() });
  refuseWrongCase(home, outcome);
  return { home, image, outcome };
}

/** Slims a case in one way, and runs the result. */
export async function tryCase(engine: Engine, fat: FatCase, way: Way, options: TrialOptions = {}): Promise<Trial> {
  const { docker, host } = engine;
  const { home, image } = fat;
  const tag = options.tag ?? docker.imageName(`home-${home.name}-${way}`);
  const subject = await subjectOf(engine, home, way);
  try {
    const start = performance.now();
    const { entry } = options;
    const args = ['--tag', tag, ...(options.flags ?? []), subject];
    const slimmed = await skinnywhale(args, { host, ...(entry === undefined ? {} : { entry }) });
    const seconds = (performance.now() - start) / 1000;
    const fatBytes = (await docker.imageSize(image)) ?? 0;
    const trial = { name: home.name, way, fatBytes, seconds, said: `${slimmed.stderr}${slimmed.stdout}` };
    if (slimmed.exitCode !== 0) return { ...trial, runs: false, because: `not slimmed: ${slimmed.stderr.trim()}` };
    const skinny = await observe(docker, home, tag, { way, client: await engine.baseImage() });
    const because = difference(fat.outcome, skinny);
    return { ...trial, skinnyBytes: (await docker.imageSize(tag)) ?? 0, runs: because === '', because };
  } finally {
    if (way !== 'image') await docker.remove({ containers: [subject] });
    if (options.tag === undefined) await docker.remove({ images: [tag] });
  }
}

function refuseWrongCase({ name, prints, exitCode = 0 }: HomeCase, fat: Outcome): void {
  const printed = typeof prints === 'string' ? fat.stdout === prints : prints.test(fat.stdout);
  if (printed && fat.exitCode === exitCode) return;
  throw new Error(`${name} is wrong before anything is slimmed: exit code ${fat.exitCode}\n${fat.stdout}${fat.stderr}`);
}

/** The first lines that differ, with the end of stderr; empty where there are none. */
function difference(fat: Outcome, skinny: Outcome): string {
  if (fat.stdout === skinny.stdout && fat.exitCode === skinny.exitCode) return '';
  const [was, is] = [fat.stdout.split('\n'), skinny.stdout.split('\n')];
  const at = was.findIndex((line, index) => line !== is[index]);
  const lines = at < 0 ? [] : [`line ${at + 1}: '${is[at] ?? ''}', not '${was[at]}'`];
  const code = fat.exitCode === skinny.exitCode ? [] : [`exit code ${skinny.exitCode}, not ${fat.exitCode}`];
  return [...code, ...lines, skinny.stderr.trim().split('\n').slice(-4).join(' / ')].join('; ');
}
