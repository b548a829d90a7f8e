import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { Finding, UnresolvedCommand } from '../../model/finding.ts';
import { healthcheckCommand, type RunConfig } from '../../model/image-config.ts';
import { byteString, type ImagePath, imagePath } from '../../model/image-path.ts';
import type { ConfigReason, Need } from '../../model/reason.ts';
import type { Analysis } from '../../programs/analyzer.ts';
import { findCommand } from '../../programs/commands.ts';
import { shellWords } from '../../shell/shell-commands.ts';

/** A command line of the configuration. */
interface CommandLine {
  readonly field: UnresolvedCommand['field'] | 'Command';
  readonly words: readonly string[];
  /** false where the first word may as well be an argument: no finding where there is no such program */
  readonly certain: boolean;
}

/** Which field asks, and for what. */
type Asked = Omit<ConfigReason, 'kind'>;

/** Directories of the system: naming one asks for the directory, not for all that is in it. */
const SYSTEM =
  /^(bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$|^usr\/(?!src\/)[^/]+(\/[^/]+)?$|^var\/(lib|log|cache|run|tmp|spool|lock)$|^(etc|run)\/[^/]+$/;

/** What the image's configuration itself asks for: its commands with the files they name, its directories, its user's home. */
export function configRoots(view: AnalysisView): Analysis {
  const { run } = view;
  const needs: Need[] = [];
  const findings: Finding[] = [];
  for (const line of [...commandLines(run), ...ownCommandLines(view)]) {
    const { field } = line;
    const where = field === 'Command' ? asItRan(view) : view;
    const [program = ''] = line.words;
    const found = findCommand(program, where);
    if (found !== undefined) needs.push({ path: found.path, reason: { kind: 'config', field, as: 'program' } });
    else if (line.certain && field !== 'Command')
      findings.push({ kind: 'unresolved-command', name: byteString(program), field });
    needs.push(...argumentNeeds(line, where));
  }
  for (const directory of new Set([run.WorkingDir ?? '', view.ranAs?.WorkingDir ?? '']))
    if (directory !== '') needs.push(...directoryNeeds(directory, { field: 'WorkingDir', as: 'value' }, view));
  // A new volume is filled with what the image has there.
  for (const volume of Object.keys(run.Volumes ?? {}))
    needs.push(...directoryNeeds(volume, { field: 'Volumes', as: 'value' }, view));
  for (const home of homes(view)) needs.push({ path: home, reason: { kind: 'config', field: 'User', as: 'home' } });
  return { needs, findings };
}

function* commandLines(run: RunConfig): Generator<CommandLine> {
  const entrypoint = run.Entrypoint ?? [];
  const command = run.Cmd ?? [];
  if (entrypoint.length > 0) yield { field: 'Entrypoint', words: entrypoint, certain: true };
  if (command.length > 0) yield { field: 'Cmd', words: command, certain: entrypoint.length === 0 };
  const shell = run.Shell ?? [];
  const check = healthcheckCommand(run);
  if (check.length > 0) yield { field: 'Healthcheck', words: check, certain: true };
  if (shell.length > 0) yield { field: 'Shell', words: shell.slice(0, 1), certain: true };
}

/** The same tree from the container's own working directory. */
function asItRan(view: AnalysisView): AnalysisView {
  const { WorkingDir } = view.ranAs ?? {};
  return WorkingDir === undefined ? view : { ...view, run: { ...view.run, WorkingDir } };
}

/** The entrypoint that was given its arguments, too: `docker run --entrypoint`, `--health-cmd`. */
function* ownCommandLines({ run, ranAs = {} }: AnalysisView): Generator<CommandLine> {
  const { Entrypoint = [], Cmd = [], Healthcheck = {} } = ranAs;
  for (const words of [Entrypoint, Cmd, healthcheckCommand({ Shell: run.Shell ?? [], Healthcheck })])
    if (words.length > 0) yield { field: 'Command', words, certain: false };
}

/** What the arguments of a command line name: files and directories of the image, and programs in `sh -c 'text'`. */
function argumentNeeds({ field, words }: CommandLine, view: AnalysisView): Need[] {
  const [program = '', ...rest] = words;
  const needs = rest.flatMap((word) => fileNeeds(word.replace(/^--?[\w-]+=/, ''), { field, as: 'argument' }, view));
  if (!/(^|\/)(ba|da|a|z|k)?sh$/.test(program)) return needs;
  const flag = rest.findIndex((word) => /^-\w*c$/.test(word));
  if (flag < 0) return needs;
  const { commands, paths, sourced } = shellWords(rest[flag + 1] ?? '');
  for (const word of commands) {
    const found = findCommand(word, view);
    if (found !== undefined) needs.push({ path: found.path, reason: { kind: 'config', field, as: 'program' } });
  }
  // The script of a container's own command may have made what it names; what it starts is needed in any case.
  if (field === 'Command') return needs;
  // A script names directories to work in, and to write into: they are not all wanted with what is in them.
  for (const path of [...paths, ...sourced]) {
    if (commands.includes(path)) continue;
    needs.push({
      path: byteString(path),
      from: workingDirectory(view),
      reason: { kind: 'config', field, as: 'argument' },
    });
  }
  return needs;
}

function workingDirectory({ tree, run }: AnalysisView): ImagePath {
  return tree.resolve(byteString(run.WorkingDir ?? '')).path;
}

/** A word that names something in the image, from the working directory on. */
function fileNeeds(word: string, why: Asked, view: AnalysisView): Need[] {
  if (word === '' || word.startsWith('-')) return [];
  const text = word.startsWith('/') ? word : `${view.run.WorkingDir ?? ''}/${word}`;
  const { entry } = view.tree.resolve(byteString(text));
  if (entry?.type === 'directory') return directoryNeeds(text, why, view);
  return entry === undefined ? [] : [{ path: byteString(text), reason: { kind: 'config', ...why } }];
}

/** A directory and, unless it is one of the system's, all that is in it. */
function directoryNeeds(text: string, why: Asked, { tree }: AnalysisView): Need[] {
  const reason: ConfigReason = { kind: 'config', ...why };
  const needs: Need[] = [{ path: byteString(text), reason }];
  const { entry, path } = tree.resolve(byteString(text));
  if (entry?.type !== 'directory' || isSystem(imagePath(text)) || isSystem(path)) return needs;
  for (const below of tree.descendants(path)) needs.push({ path: `/${below.path}`, reason, followLast: false });
  return needs;
}

function isSystem(path: ImagePath): boolean {
  return SYSTEM.test(path);
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
