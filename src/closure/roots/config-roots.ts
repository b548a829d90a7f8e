import type { RunConfig } from '../../model/image-config.ts';
import type { Finding, UnresolvedCommand } from '../findings.ts';
import type { Analysis, AnalysisView, Need } from '../types.ts';
import { findCommand } from './commands.ts';

/** A word of the configuration that should be a program. */
interface CommandWord {
  readonly field: UnresolvedCommand['field'];
  readonly word: string;
  /** false for words that may as well be arguments: no finding where there is no such program */
  readonly certain: boolean;
}

const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** What the image's configuration itself asks for: its commands, its working directory, its user's home. */
export function configRoots(view: AnalysisView): Analysis {
  const { run } = view;
  const needs: Need[] = [];
  const findings: Finding[] = [];
  for (const { field, word, certain } of commandWords(run)) {
    const found = findCommand(word, view);
    if (found !== undefined) needs.push({ path: found.path, reason: { rule: field, by: null } });
    else if (certain)
      findings.push({ kind: 'unresolved-command', name: Buffer.from(word, 'utf8').toString('latin1'), field });
  }
  if (run.WorkingDir !== undefined) {
    needs.push({
      path: Buffer.from(run.WorkingDir, 'utf8').toString('latin1'),
      reason: { rule: 'WorkingDir', by: null },
    });
  }
  for (const home of homes(view)) needs.push({ path: home, reason: { rule: 'home directory of User', by: null } });
  return { needs, findings };
}

function* commandWords(run: RunConfig): Generator<CommandWord> {
  const entrypoint = run.Entrypoint ?? [];
  const command = run.Cmd ?? [];
  yield* words('Entrypoint', entrypoint, true);
  yield* words('Cmd', command, entrypoint.length === 0);
  const [kind, ...test] = run.Healthcheck?.Test ?? [];
  if (kind === 'CMD') yield* words('Healthcheck', test, true);
  else if (kind === 'CMD-SHELL') yield* words('Healthcheck', [...(run.Shell ?? DEFAULT_SHELL), ...test], true);
  if (run.Shell !== undefined) yield* words('Shell', run.Shell.slice(0, 1), true);
}

/** The program of an argument list and, where that is `sh -c 'text'`, the first command in the text. */
function* words(field: CommandWord['field'], list: readonly string[], certain: boolean): Generator<CommandWord> {
  const [program, flag, text] = list;
  if (program === undefined || program === '') return;
  yield { field, word: program, certain };
  if (/(^|\/)(ba|da|a|z|k)?sh$/.test(program) && flag !== undefined && /^-\w*c$/.test(flag) && text !== undefined) {
    const first = text
      .trim()
      .split(/\s+/)
      .find((word) => word !== 'exec' && !/^\w+=/.test(word));
    if (first !== undefined && /^[\w./+-]+$/.test(first)) yield { field, word: first, certain: false };
  }
}

/** `User` may be a name or a number; its home is a directory that programs expect. */
function homes({ tree, content, run }: AnalysisView): string[] {
  const user = (run.User ?? '').split(':')[0] || '0';
  const { entry } = tree.resolve('/etc/passwd');
  if (entry?.type !== 'file') return [];
  const text = content
    .content(entry)
    .read(0, 1 << 20)
    .toString('latin1');
  const lines = text.split('\n').map((line) => line.split(':'));
  return lines
    .filter((fields) => fields[0] === user || fields[2] === user)
    .map((fields) => fields[5] ?? '')
    .filter((home) => home.startsWith('/'));
}
