/**
 * `npm run corpus -- [--way WAY] [--case TEXT] [--parent NAME] [--json FILE] [--cli FILE] [--keep] [-- FLAG...]`: slims the
 * applications of test/home/cases with no flags in each way of building them, runs what comes out, and prints a table. Parents
 * and the cases' images stay in the engine for the next time; `docker image ls 'skinnywhale-home/*'` lists them.
 *
 * `--cli`, or SKINNYWHALE_CLI: a file that runs the command line of another checkout (its test/fixture/cli-entry.ts);
 * `--fat`: only sees that the cases do what they say before they are slimmed;
 * `--keep`: the skinny images stay, as `skinny-home/<case>:<way>`; `--verbose`: what skinnywhale prints.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { provideEngine } from '../fixture/engine.ts';
import { interruptSignal } from '../fixture/interrupt.ts';
import { HOME_CASES } from './cases.ts';
import { type HomeCase, WAYS, type Way } from './home-case.ts';
import { fatCase, type Trial, tryCase } from './try-case.ts';

const OPTIONS = {
  way: { type: 'string', multiple: true },
  case: { type: 'string', multiple: true },
  parent: { type: 'string' },
  json: { type: 'string' },
  cli: { type: 'string' },
  keep: { type: 'boolean' },
  fat: { type: 'boolean' },
  verbose: { type: 'boolean' },
} as const;

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals: flags } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const cases = HOME_CASES.filter(
    (home) =>
      (values.parent === undefined || home.parent === values.parent) &&
      (values.case === undefined || values.case.some((text) => home.name.includes(text))),
  );
  const ways = WAYS.filter((way) => values.way === undefined || values.way.includes(way));
  const entry = values.cli ?? process.env['SKINNYWHALE_CLI'];
  if (values.json !== undefined) writeFileSync(values.json, '');
  await using engine = await provideEngine({ signal });
  let failed = 0;
  console.log(
    `| ${['case', 'way', 'runs', 'fat MB', 'skinny MB', 's', 'difference'].join(' | ')} |\n|${'---|'.repeat(7)}`,
  );
  const note = (trial: Trial): void => {
    if (!trial.runs) failed += 1;
    console.log(row(trial));
    if (values.verbose) console.log(trial.said);
    if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify(trial)}\n`);
  };
  for (const home of cases) {
    const [first, ...others] = ways.filter((way) => home.ways?.includes(way) ?? true);
    if (first === undefined) continue;
    const fat = await fatCase(engine, home).catch(wrong(home, first));
    if (!('image' in fat)) {
      note(fat);
      continue;
    }
    if (values.fat) continue;
    for (const way of [first, ...others]) {
      if (signal.aborted) return 130;
      const tag = values.keep ? { tag: `skinny-home/${home.name}:${way}` } : {};
      const options = { ...(entry ? { entry } : {}), ...tag, flags };
      note(await tryCase(engine, fat, way, options).catch(wrong(home, way)));
    }
  }
  return Number(failed > 0);
}

/** A case that is wrong by itself is one line of the table. */
function wrong({ name }: HomeCase, way: Way): (error: unknown) => Trial {
  return (error) => {
    const because = error instanceof Error ? error.message : String(error);
    return { name, way, fatBytes: 0, seconds: 0, runs: false, because: `CASE: ${because}`, said: '' };
  };
}

function row({ name, way, runs, fatBytes, skinnyBytes, seconds, because }: Trial): string {
  const text = because.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 400);
  const cells = [name, way, runs ? 'yes' : 'no', megabytes(fatBytes), megabytes(skinnyBytes), seconds.toFixed(1), text];
  return `| ${cells.join(' | ')} |`;
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : (bytes / 1e6).toFixed(1);
}

const interrupted = interruptSignal();
process.exitCode = await main(process.argv.slice(2), interrupted).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
