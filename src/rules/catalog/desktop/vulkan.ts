import type { Rule } from '../../engine/rule.ts';
import { driverLibraries } from '../../toolkit/driver-manifests.ts';

/** The loader's search path for drivers and layers (Vulkan-Loader, LoaderDriverInterface.md). */
const MANIFESTS = ['/etc/vulkan', '/usr/local/share/vulkan', '/usr/share/vulkan'].flatMap((root) =>
  ['icd.d', 'implicit_layer.d', 'explicit_layer.d'].map((kind) => `${root}/${kind}`),
);

export const vulkan: Rule = {
  name: 'vulkan',
  summary: 'draws and computes by Vulkan: drivers and layers',
  default: 'off',
  trigger: { soname: /^libvulkan\.so/ },
  packages: /^mesa-vulkan-.*$/,
  apply: (view) => ({ trees: [...MANIFESTS, '/usr/share/drirc.d'], libraries: driverLibraries(view, MANIFESTS) }),
};
