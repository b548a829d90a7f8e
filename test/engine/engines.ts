import { fileURLToPath } from 'node:url';
import { type ChrootRecipe, debianChroot } from './chroot.ts';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

/** One system for both, since making it is what takes time. */
const RECIPE: ChrootRecipe = {
  suite: process.env['SKINNYWHALE_TEST_SUITE'] || 'trixie',
  packages: ['ca-certificates', 'docker.io', 'podman', 'runc'],
};
const SCRIPT = fileURLToPath(new URL('chroot.sh', import.meta.url));

/** A script beside this file, and what it is given after the folder. */
const ENGINES = {
  /** Docker with images in containerd's store */
  'containerd-store': ['dockerd.sh', JSON.stringify({ features: { 'containerd-snapshotter': true } })],
  /** Docker with the driver that needs nothing of the kernel */
  vfs: ['dockerd.sh', JSON.stringify({ 'storage-driver': 'vfs' })],
  podman: ['podman.sh'],
} as const;

export type EngineKind = keyof typeof ENGINES;

/**
 * Starts an engine of another kind or version than the machine's own, from Debian's packages in a system of its own: of
 * Debian 13, or of the suite that SKINNYWHALE_TEST_SUITE names. See {@link startPrivateEngine}. Needs root.
 */
export async function startEngine(
  kind: EngineKind,
  options: { readonly log: (line: string) => void; readonly signal?: AbortSignal | undefined },
): Promise<PrivateEngine> {
  const root = await debianChroot(RECIPE, options);
  const [script, ...settings] = ENGINES[kind];
  return await startPrivateEngine({
    ...options,
    name: `${kind} (${RECIPE.suite})`,
    command: (folder) => ['sh', SCRIPT, root, folder, script, folder, ...settings],
  });
}
