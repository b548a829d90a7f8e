import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, namesMatching, treePaths } from '../../toolkit/tree-paths.ts';

const LIBRARY = /^libicu(uc|i18n|data)\.so\.\d+$/;

/**
 * Programs that take whichever version of ICU is there make up the names of its libraries (.NET,
 * src/native/libs/System.Globalization.Native/pal_icushim.c), and stop without one.
 */
export const icu: Rule = {
  name: 'icu',
  summary: "sorts, formats and converts text by ICU's libraries of any version",
  default: 48_000_000,
  trigger: { contains: ['libicuuc'] },
  eachFile: true,
  apply: (view, file) => ({
    paths: [
      ...view.libraryDirectories(file).flatMap((directory) => namesMatching(view, directory, LIBRARY)),
      ...environmentPaths(view, ['ICU_DATA']).flatMap((path) => treePaths(view, path)),
    ],
  }),
};
