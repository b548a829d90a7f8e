import { expandGlob } from '../../../filesystem/expand-glob.ts';
import type { Rule, RuleView, TriggerFile, Wanted } from '../../engine/rule.ts';
import { isLastingFile, mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedPaths } from '../../toolkit/places.ts';

const LIBRARY = /^libpam\.so/;
const SERVICES = ['/etc/pam.d', '/usr/lib/pam.d', '/usr/etc/pam.d', '/usr/share/pam.d'];
const ACCOUNTS = ['passwd', 'group', 'shadow', 'gshadow', 'login.defs', 'environment', 'shells', 'securetty'];
/** What modules run or name and never need in a container. */
const SYSTEM = /\/(bash|sh|nscd|login|su)$/;

/**
 * pam.d(5) and pam.conf(5) name the modules, by themselves or by absolute path; the modules name their own files and
 * programs, such as unix_chkpwd.
 */
export const pam: Rule = {
  name: 'pam',
  summary: 'authenticates users as /etc/pam.d says',
  default: 'on',
  trigger: { soname: LIBRARY, path: /\/security\/pam_[^/]+\.so$/ },
  eachFile: true,
  apply: (view, file) =>
    /\/security\/[^/]+$/.test(file.entry.path) ? moduleNeeds(view, file) : configurationNeeds(view, file),
};

function configurationNeeds(view: RuleView, file: TriggerFile): Wanted {
  const starts = ['/etc/pam.conf', ...SERVICES];
  const texts = readIncluding(view, starts, (line) => {
    // A plain name is a file of the same directory, which is read in any case.
    const included = /^\s*@include\s+(\/\S+)|\s(?:include|substack)\s+(\/\S+)/.exec(line);
    return included === null ? [] : [(included[1] ?? included[2]) as string];
  });
  const text = [...texts.values()].join('\n').replace(/\\\n/g, ' ').replace(/#.*/g, '');
  return {
    paths: [
      '/etc/security',
      ...SERVICES,
      ...texts.keys(),
      ...ACCOUNTS.map((name) => `/etc/${name}`),
      ...mentionedFiles(view, text),
      ...[...new Set(text.split(/[\s=]+/).filter((word) => word.endsWith('.so')))].flatMap((name) =>
        modulePaths(view, file, name),
      ),
    ],
    // Programs there are for modules that name them.
    trees: view.names('/etc/security').flatMap((name) => (name.endsWith('.init') ? [] : [`/etc/security/${name}`])),
  };
}

/** `$ISA` in an absolute path is an empty string or one of a few directories, depending on how libpam was built. */
function modulePaths(view: RuleView, file: TriggerFile, name: string): string[] {
  if (name.startsWith('/')) return expandGlob(view, name.replace('$ISA', '*')).concat(name.replace('/$ISA', ''));
  return view
    .libraryDirectories(file)
    .map((directory) => `${directory}/security/${name}`)
    .filter((path) => view.exists(path))
    .slice(0, 1);
}

function moduleNeeds(view: RuleView, file: TriggerFile): Wanted {
  return { paths: namedPaths(view, file).filter((path) => isLastingFile(view, path) && !SYSTEM.test(path)) };
}
