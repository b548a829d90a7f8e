import { provideEngine } from '../../fixture/engine.ts';
import { engineMatrix } from './matrix.ts';

// Whatever engine the tests run on; in CI Debian's own Docker, with graph-driver layers.
await using engine = await provideEngine();
const storage = await engine.docker.docker(['info', '--format', '{{.Driver}}']);
const isOverlay = storage.trim() === 'overlay2' && engine.host.startsWith('unix:');
await engineMatrix('thismachine', { layerFirst: isOverlay, local: isOverlay && process.getuid?.() === 0 });
