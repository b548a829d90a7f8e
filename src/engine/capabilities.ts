import type { EngineInfo } from './client.ts';

/** What an engine can do, and what it is to be spared: the one place that distinguishes kinds of engines. */
export interface EngineCapabilities {
  /** the kind of engine, for messages: what is not possible is so because of it */
  readonly kind: string;
  /**
   * It takes a layer before its image, by import, and completes the image when it gets the config (moby
   * image/tarexport/load.go looks layers up by their chain id; neither containerd's store nor Podman's does).
   */
  readonly layerFirst: boolean;
  /**
   * The list of changes is right while the same container is exported. With containerd's store both mount the container's
   * snapshot, and then the list lacks whole directories now and then, or calls them deleted.
   */
  readonly listsWhileExporting: boolean;
  /** It keeps layers in folders that are named in its answers, and can be read there by root: graph drivers. */
  readonly namesFolders: boolean;
}

export function capabilitiesOf({ containerdStore, podman }: EngineInfo): EngineCapabilities {
  const hasGraphDriver = !containerdStore && !podman;
  return {
    kind: podman ? 'Podman' : containerdStore ? "Docker with containerd's image store" : 'Docker',
    layerFirst: hasGraphDriver,
    listsWhileExporting: !containerdStore,
    namesFolders: hasGraphDriver,
  };
}
