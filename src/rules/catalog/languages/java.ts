import type { Rule, RuleView, TriggerFile } from '../../engine/rule.ts';
import { environmentPaths, prefixesOf, treePaths } from '../../toolkit/tree-paths.ts';

const TRIGGER = { path: /\/bin\/java$/, soname: /^lib(jli|jvm)\.so/ };

/** For developers, next to what a program needs. */
const DEVELOPMENT = /^(jmods|include|demo|sample|man|docs?|src\.zip|lib\/src\.zip)$/;

/** The launcher finds all else relative to itself (java.base, libjli/java_md.c); Debian links its settings to /etc. */
export const java: Rule = {
  name: 'java',
  summary: 'runs on the whole JAVA_HOME',
  default: 'on',
  trigger: TRIGGER,
  packages: /^((openjdk-?|java-)[\d.]+.*|default-j(re|dk).*|java-common|ca-certificates-java)$/,
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      ...homes(view, file).flatMap((home) => treePaths(view, home, DEVELOPMENT)),
      ...environmentPaths(view, ['CLASSPATH']).flatMap((path) => [path, ...treePaths(view, path)]),
    ],
  }),
};

export const javaDevelopment: Rule = {
  name: 'java-development',
  summary: 'links run-time images with jlink and reads sources',
  default: 'off',
  trigger: TRIGGER,
  eachFile: true,
  apply: (view, file) => ({
    trees: homes(view, file).flatMap((home) => ['jmods', 'include', 'lib/src.zip'].map((name) => `${home}/${name}`)),
  }),
};

/** Since Java 9 a run-time image is `lib/modules`, before it `lib/rt.jar`; in a JDK 8 that is in `jre`. */
function homes(view: RuleView, { entry }: TriggerFile): string[] {
  const home = prefixesOf(entry.path).findLast(
    (prefix) => view.exists(`${prefix}/bin/java`) && view.exists(`${prefix}/lib`) && view.names(prefix).some(isMark),
  );
  return home === undefined ? [] : [home];
}

function isMark(name: string): boolean {
  return name === 'release' || name === 'jre' || name === 'conf';
}
