import { baseName } from '../../../model/image-path.ts';
import { parseShebang } from '../../../programs/script.ts';
import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { namedPaths } from '../../toolkit/places.ts';
import { namesMatching, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

const TRIGGER = { path: /(^|\/)bin\/git$|(^|\/)git-core\/git$/ };

/** Servers, importers, and what needs more programs: nothing but their own command starts them. */
const EXTRAS =
  /^(git-(filter-branch|quiltimport|request-pull|subtree|daemon|http-backend|http-push|http-fetch|imap-send|shell|cvs.*|archimport|svn|p4|instaweb|gui.*|citool|web--browse)|scalar)$/;

/** GIT_EXEC_PATH is compiled in (exec-cmd.c); hooks and templates of `git init` lie in share/git-core. */
export const git: Rule = {
  name: 'git',
  summary: "runs git's commands from its own directory",
  default: 'on',
  trigger: TRIGGER,
  packages: /^git(-man|-perl)?$/,
  eachFile: true,
  apply: (view, file) => {
    const templates = prefixesOf(file.entry.path).map((prefix) => `${prefix}/share/git-core/templates`);
    return {
      paths: [
        // The sample hooks do nothing but call more programs.
        ...templates.flatMap((path) => treePaths(view, path, /\.sample$/)),
        '/bin/sh',
        '/etc/gitconfig',
        '/etc/gitattributes',
        ...helpers(view, file).filter((at) => !isExtra(view, at)),
      ],
      trees: helperDirectories(view, file).map((directory) => `${directory}/mergetools`),
    };
  },
};

export const gitExtras: Rule = {
  name: 'git-extras',
  summary: "runs git's servers, importers and commands that need Perl",
  default: 'off',
  trigger: TRIGGER,
  eachFile: true,
  apply: (view, file) => ({ paths: helpers(view, file).filter((at) => isExtra(view, at)) }),
};

export const gitTransports: Rule = {
  name: 'git-transports',
  summary: 'reaches repositories through ssh and signs with gpg',
  default: 'off',
  trigger: TRIGGER,
  apply: () => ({ paths: ['/usr/bin/ssh', '/usr/bin/gpg'] }),
};

function helpers(view: RuleView, file: TriggerFile): string[] {
  return helperDirectories(view, file).flatMap((directory) => namesMatching(view, directory, /^(git|scalar)/));
}

function helperDirectories(view: RuleView, file: TriggerFile): string[] {
  return namedPaths(view, file).filter((text) => baseName(text) === 'git-core');
}

function isExtra(view: RuleView, path: string): boolean {
  const { entry } = view.tree.resolve(path);
  if (EXTRAS.test(baseName(path)) || entry?.type !== 'file') return true;
  const line = parseShebang(view.content.content(entry).read(0, 255).toString('latin1'));
  return line !== undefined && /perl|python|tclsh|wish/.test(`${line.interpreter} ${line.argument}`);
}
