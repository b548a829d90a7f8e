import type { FileTree } from '../filesystem/file-tree.ts';
import { isWithin } from '../model/image-path.ts';
import { displayedPath } from './displayed-path.ts';
import type { Remedy } from './explanation.ts';
import type { DroppedEntry } from './ledger.ts';
import type { SlimReport } from './slim-report.ts';

/** What would have kept a path that was left out. */
export function remedies(entry: DroppedEntry, report: SlimReport, tree: FileTree): Remedy[] {
  switch (entry.reason) {
    case 'excluded':
      return [{ option: null, effect: `Leave out --exclude ${shellWord(entry.glob ?? '')}.` }];
    case 'package-record':
      return [{ option: '--package-data keep', effect: 'with the records as they are, true or not' }];
    case 'whiteout-name':
      return [{ option: null, effect: 'Nothing but another name: engines take .wh. at its front for a deletion.' }];
    case 'mount':
      return [
        {
          option: null,
          effect: 'What is in a mount is no part of the container. Copy it in with `docker cp` instead.',
        },
        include(entry),
      ];
    case 'trimmed':
      return [{ option: '--trim none', effect: `or any --trim without ${entry.group}` }, include(entry)];
    case 'unreached':
      return [...declinedRules(entry, report), ...wholeDirectories(entry, tree), include(entry)];
  }
}

function declinedRules({ declined = [] }: DroppedEntry, { findings }: SlimReport): Remedy[] {
  return declined.map(({ rule, by }) => {
    const finding = findings.find((one) => one.kind === 'optional-data' && one.rule === rule);
    const summary = finding !== undefined && 'summary' in finding ? finding.summary : 'adds it';
    return { option: `--rule +${rule}`, effect: `${summary}; ${by} asks for it` };
  });
}

function wholeDirectories(entry: DroppedEntry, tree: FileTree): Remedy[] {
  const path = displayedPath(entry.path);
  const inside = (text: string): boolean => {
    const { status, path: directory } = tree.resolve(text);
    return status === 'found' && path !== directory && isWithin(path, directory);
  };
  // Where / and /usr are merged, both options mean the same directory.
  if (inside('/usr/lib')) return [{ option: '--brute-usr-lib', effect: 'with all of /usr/lib' }];
  return inside('/lib') ? [{ option: '--brute-lib', effect: 'with all of /lib' }] : [];
}

function include({ path, type }: DroppedEntry): Remedy {
  return includeRemedy(path, type === 'directory' ? 'with all that is in it' : 'with what it needs');
}

/** A name that no text can hold is included with what stands beside it. @param path as it is displayed */
export function includeRemedy(path: string, effect = 'with what it needs'): Remedy {
  if (path.includes('\\')) {
    const directory = path.slice(0, path.indexOf('\\')).replace(/\/[^/]*$/, '');
    return { option: `--include ${shellWord(`${escaped(directory)}/**`)}`, effect: 'with what stands beside it' };
  }
  return { option: `--include ${shellWord(escaped(path))}`, effect };
}

/** As a glob that means the path itself. */
function escaped(path: string): string {
  return path.replace(/[*?[\]{}()!+@|]/g, '\\$&');
}

function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
