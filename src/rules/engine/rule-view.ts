import type { AnalysisView } from '../../filesystem/analysis-view.ts';
import type { Loader } from '../../loader/loader.ts';
import { baseName } from '../../model/image-path.ts';
import type { RuleView } from './rule.ts';

/** Configuration files are read up to this many bytes. */
const MAX_TEXT = 1 << 20;

/** An {@link AnalysisView} with what rules ask for again and again. */
export function ruleView(view: AnalysisView, loader: Loader): RuleView {
  const { tree, content } = view;
  return {
    ...view,
    libraryDirectories: ({ elf }) => {
      const found = elf === undefined ? [] : loader.systemDirectories(elf);
      return found.includes('/usr/lib') ? found : [...found, '/usr/lib'];
    },
    text: (path) => {
      const { entry } = tree.resolve(path);
      return entry?.type === 'file' ? content.content(entry).read(0, MAX_TEXT).toString('latin1') : '';
    },
    names: (directory) => {
      const { status, path } = tree.resolve(directory);
      return status === 'found' ? tree.children(path).map((child) => baseName(child.path)) : [];
    },
    exists: (path) => tree.resolve(path).entry !== undefined,
  };
}
