import type { AnalysisView } from '../filesystem/analysis-view.ts';
import { isExecutable, type TreeEntry } from '../filesystem/tree-entry.ts';
import { baseName, byteString } from '../model/image-path.ts';
import type { Need } from '../model/reason.ts';
import type { ProgramLevel } from '../options.ts';
import { shellWords } from '../shell/shell-commands.ts';
import { findCommand } from './commands.ts';
import { parseShebang } from './script.ts';

/**
 * Scripts that belong to the package manager, the init system or the documentation. In a container nothing runs them; with
 * the change layer they are kept, but what they call is not followed by default.
 */
const HOUSEKEEPING =
  /^(var\/lib\/dpkg\/|usr\/share\/(doc|bug|lintian|debconf|initramfs-tools)\/|etc\/(cron\.|init\.d\/|kernel\/|network\/|ppp\/|dhcp\/|apm\/|pm\/|rc.\.d\/|logcheck\/|initramfs-tools\/|resolvconf\/|NetworkManager\/)|(usr\/)?lib\/(systemd|udev|init|dpkg|apt)\/)/;

const SHELL = /(^|\/)(ba|da|a)?sh$/;
/** Longer shell scripts carry data; their first part has what they call. */
const MAX_SCRIPT = 1 << 18;

/** The programs that a kept, executable shell script calls by name or by absolute path, with the files that it reads in. */
export function programNeeds(entry: TreeEntry, view: AnalysisView, level: ProgramLevel): Need[] {
  if (level === 'off' || !isExecutable(entry) || entry.inode.size < 3) return [];
  if (level === 'direct' && HOUSEKEEPING.test(entry.path)) return [];
  const line = parseShebang(view.content.content(entry).read(0, 255).toString('latin1'));
  if (line === undefined || !SHELL.test(baseName(line.interpreter) === 'env' ? line.argument : line.interpreter))
    return [];
  return scriptNeeds(entry, view);
}

/** What a shell script calls, whatever its mode: `sh script` runs any. */
export function scriptNeeds(script: TreeEntry, view: AnalysisView, seen: Set<TreeEntry> = new Set()): Need[] {
  if (seen.has(script.inode)) return [];
  seen.add(script.inode);
  const words = shellWords(view.content.content(script).read(0, MAX_SCRIPT).toString('utf8'));
  const needs: Need[] = [];
  for (const word of words.commands) {
    const found = findCommand(word, view);
    if (found !== undefined)
      needs.push({ path: found.path, reason: { kind: 'script', by: script.path, how: 'called' } });
  }
  for (const path of words.paths) {
    const bytes = byteString(path);
    const { entry } = view.tree.resolve(bytes);
    if (entry !== undefined && isExecutable(entry)) {
      needs.push({ path: bytes, reason: { kind: 'script', by: script.path, how: 'named' } });
    }
  }
  for (const path of words.sourced) {
    const bytes = byteString(path);
    const { entry } = path.startsWith('/') ? view.tree.resolve(bytes) : { entry: undefined };
    if (entry?.type !== 'file') continue;
    needs.push(
      { path: bytes, reason: { kind: 'script', by: script.path, how: 'sourced' } },
      ...scriptNeeds(entry, view, seen),
    );
  }
  return needs;
}
