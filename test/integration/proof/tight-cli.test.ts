import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlimReport } from '../../../src/index.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import type { Tree } from '../cases/tree.ts';
import { slimTraced } from './made.ts';
import { installTools } from './tracing.ts';

await installTools();
const lab = await openLab('tightcli');
const container = await lab.containerAfter(
  await lab.engine.baseImage(),
  `mkdir -p /opt/app/empty /var/lib/app; chown 33 /var/lib/app; cd /opt/app
   for each in used unused; do echo $each > $each; done
   printf '#!/bin/sh\\ncat /opt/app/used\\n[ -e /opt/app/unused ] || exit 3\\n' > run; chmod +x run`,
);

async function tight(...args: string[]): Promise<{ image: string; tree: Tree; report: SlimReport }> {
  const image = lab.imageName();
  const { exitCode, stdout, stderr } = await slimTraced(lab, '--tag', image, ...args, '--json', container);
  assert.equal(exitCode, 0, stderr);
  return { image, tree: await lab.treeOf(image), report: JSON.parse(stdout) as SlimReport };
}

const inApp = (tree: Tree): string[] => [...tree.keys()].filter((path) => path.startsWith('opt/app/')).sort();

test('only what is used is kept, and places to write to', async () => {
  const { tree, report } = await tight('--tight=observed', '--check', 'cat /opt/app/used', '--change', 'CMD ["cat"]');
  assert.deepEqual(inApp(tree), ['opt/app/empty', 'opt/app/used']);
  assert.ok(tree.has('var/lib/app'));
  assert.ok(tree.has('usr/bin/cat') && tree.has('etc/passwd') && tree.has('tmp'));
  for (const path of ['usr/bin/sh', 'usr/bin/bash', 'usr/bin/dash', 'usr/bin/perl']) assert.ok(!tree.has(path), path);
  assert.ok(report.sizes.after.bytes < 6_000_000, `${report.sizes.after.bytes} bytes`);
  assert.match(
    report.warnings.join(),
    /dropped 2 files of your own \(.*\/opt\/app\/run, \/opt\/app\/unused; --tight keeps/,
  );
});

test('without a level, the files that no package owns stay', async () => {
  const { tree, report } = await tight('--tight', '--check', 'cat /opt/app/used');
  assert.deepEqual(inApp(tree), ['opt/app/empty', 'opt/app/run', 'opt/app/unused', 'opt/app/used']);
  assert.ok(!tree.has('usr/bin/perl'));
  assert.doesNotMatch(report.warnings.join(), /dropped/);
});

test('a look at whether a file is there is a use of it', async () => {
  const { tree } = await tight('--tight=observed', '--check', '/opt/app/run');
  assert.deepEqual(inApp(tree), ['opt/app/empty', 'opt/app/run', 'opt/app/unused', 'opt/app/used']);
});

test('what is included is kept, and what only a trace uses is not checked', async () => {
  const { tree, report } = await tight(
    '--tight=observed',
    '--trace',
    'cat /opt/app/used',
    '--include',
    '/opt/app/unused',
  );
  assert.deepEqual(inApp(tree), ['opt/app/empty', 'opt/app/unused', 'opt/app/used']);
  assert.deepEqual(report.proof?.items, []);
});

test('whole packages of what is used, their documentation aside', async () => {
  const check = ['--check', 'dash -c "echo whale"'];
  const [files, packages] = [await tight('--tight', ...check), await tight('--tight=package', ...check)];
  // of dash, and of libc6
  for (const path of ['usr/share/debianutils/shells.d/dash', 'usr/lib/x86_64-linux-gnu/libnss_compat.so.2']) {
    assert.deepEqual([files.tree.has(path), packages.tree.has(path)], [false, true], path);
  }
  // records lie elsewhere where the package manager is there
  const isRecord = (path: string): boolean => path.startsWith('var/lib/dpkg');
  for (const path of files.tree.keys()) assert.ok(isRecord(path) || packages.tree.has(path), path);
  assert.ok(![...packages.tree.keys()].some((path) => /^usr\/share\/man\/.*dash/.test(path)));
  assert.ok(!packages.tree.has('usr/bin/perl'));
  assert.equal((await lab.docker.run(packages.image, ['dash', '-c', 'echo $0'])).stdout, 'dash\n');
});

nothingIsLeft(lab);
