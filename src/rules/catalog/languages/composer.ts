import { baseName, parentPath, withAncestors } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';

/** Composer puts a program's dependencies into `vendor`, with autoload.php for all of them. */
export const composer: Rule = {
  name: 'composer',
  summary: 'includes the Composer packages of the vendor directory above it',
  default: 'on',
  trigger: { path: /\.(php|phtml)$|(^|\/)composer\.json$/ },
  eachFile: true,
  per: ({ entry }) => parentPath(entry.path),
  apply: (view, { entry }) => ({
    trees: [...withAncestors(parentPath(entry.path))]
      .map((at) => (baseName(at) === 'vendor' ? `/${at}` : `/${at}/vendor`))
      .filter((vendor) => view.exists(`${vendor}/autoload.php`)),
  }),
};
