import type { EngineInfo } from './client.ts';

/** What an engine can do, and what it is to be spared: the one place where kinds of engines are told apart. */
export interface EngineCapabilities {
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
}

export function capabilitiesOf({ containerdStore, podman }: EngineInfo): EngineCapabilities {
  return {
    layerFirst: !containerdStore && !podman,
    listsWhileExporting: !containerdStore,
  };
}
