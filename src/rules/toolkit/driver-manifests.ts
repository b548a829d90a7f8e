import type { RuleView } from '../engine/rule.ts';

/** The libraries that JSON manifests in some directories name as `library_path`, each manifest with the others' form. */
export function driverLibraries(view: RuleView, directories: readonly string[]): string[] {
  const libraries = new Set<string>();
  for (const directory of directories) {
    for (const name of view.names(directory)) {
      // The manifests of one directory differ in all but this key, and a broken one is passed over by the loaders, too.
      const [, library] = /"library_path"\s*:\s*"([^"\\]+)"/.exec(view.text(`${directory}/${name}`)) ?? [];
      if (library !== undefined) libraries.add(library.startsWith('.') ? `${directory}/${library}` : library);
    }
  }
  return [...libraries];
}
