import { parentPath } from '../../model/image-path.ts';
import type { BoundedTexts } from '../database/bounded-texts.ts';
import type { ApkDatabase, ApkRecord, PackageSource } from '../database/package-database.ts';

/** The second one is where it lies since /lib is a link into /usr. */
const DATABASES = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];

/**
 * apk-tools: a paragraph for each package, in it `P:` with its name, `F:` with a directory, and `R:` with a file in the
 * directory named last (apk-installed(5)). Undefined where there is no such database.
 */
export function readApk({ tree }: PackageSource, texts: BoundedTexts): ApkDatabase | undefined {
  const database = DATABASES.find((path) => tree.resolve(path).entry?.type === 'file');
  if (database === undefined) return undefined;
  const paragraphs = (texts.text(database) ?? '').split('\n\n').map((text) => text.replace(/^\n+|\n+$/g, ''));
  return {
    kind: 'apk',
    tree,
    directory: parentPath(tree.resolve(database).path),
    packages: paragraphs.filter((text) => text !== '').map(recordOf),
    isWhole: !texts.isExhausted,
  };
}

function recordOf(paragraph: string): ApkRecord {
  const paths: string[] = [];
  let [name, bytes, directory] = ['', 0, ''];
  for (const line of paragraph.split('\n')) {
    const value = line.slice(2);
    if (line.startsWith('P:')) name = value;
    else if (line.startsWith('I:')) bytes = Number.parseInt(value, 10) || 0;
    else if (line.startsWith('F:')) {
      directory = value;
      paths.push(value);
    } else if (line.startsWith('R:')) paths.push(directory === '' ? value : `${directory}/${value}`);
  }
  return { name, id: name, bytes, paths, paragraph };
}
