import { engineMatrix } from './matrix.ts';
import { onEngine } from './on-engine.ts';

await onEngine('podman');
await engineMatrix('podman', { layerFirst: false, local: false });
