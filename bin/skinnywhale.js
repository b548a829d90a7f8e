#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The young part of the heap stays at its first 1 MB: it would grow to 48 MB and hold what has been sent long ago.
setFlagsFromString('--semi-space-growth-factor=1');
// A run is over soon: what is called often is compiled a second time later than usual, which saves a third of the work.
setFlagsFromString('--interrupt-budget=500000');
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`error: skinnywhale needs Node.js 20.19 or later; this is ${process.versions.node}`);
  process.exitCode = 1;
} else if (!existsSync(new URL('../dist/cli/main.js', import.meta.url))) {
  console.error('error: this copy of skinnywhale is not built\nhint: Run `npm run build` in its folder.');
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2), {
    memory: {
      collect: () => gc({ type: 'minor' }),
      tighten: () => {
        gc();
        setFlagsFromString('--heap-growing-percent=20');
      },
    },
  });
}
