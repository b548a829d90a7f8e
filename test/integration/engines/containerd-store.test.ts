import { engineMatrix } from './matrix.ts';
import { onEngine } from './on-engine.ts';

await onEngine('containerd-store');
await engineMatrix('containerd', { layerFirst: false, local: false });
