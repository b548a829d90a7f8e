import { onEngine } from './on-engine.ts';

await onEngine('containerd-store');
for (const name of ['changes', 'links', 'metadata', 'names']) await import(`../cases/${name}.test.ts`);
await import('../overlay/same-as-export.test.ts');
