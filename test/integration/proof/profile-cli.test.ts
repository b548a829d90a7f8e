import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SlimReport } from '../../../src/index.ts';
import type { Outcome } from '../../fixture/docker-cli.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { Made, slimTraced } from './made.ts';
import { installTools } from './tracing.ts';

const APP = `#!/bin/sh
cd /opt/app || exit 3
for each in $1; do cat "$each.txt"; done
`;

await installTools();
const lab = await openLab('profilecli');
const container = await lab.containerAfter(
  await lab.shellImage(),
  `mkdir -p /opt/app; cd /opt/app; for each in one two three; do echo $each > $each.txt; done; ln -s two.txt dos.txt
   cat > run <<'END'\n${APP}END\nchmod +x run`,
);
const untraced = (...args: string[]): Promise<Outcome> => lab.slim(args, { env: { PATH: '/nowhere' } });

async function filesOf(image: string): Promise<string[]> {
  return [...(await lab.treeOf(image)).keys()].filter((path) => path.startsWith('opt/app/'));
}

function reportOf({ exitCode, stdout, stderr }: Outcome): SlimReport {
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout) as SlimReport;
}

test('what one run learned makes the same image in another one that can not trace', async () => {
  const [first, second] = [lab.imageName(), lab.imageName()];
  const profile = join(lab.folder, 'profile');
  const checks = ['--check', '/opt/app/run one', '--check', '/opt/app/run dos'];
  const traced = reportOf(
    await slimTraced(lab, '--tag', first, '--tight=observed', ...checks, '--profile-out', profile, '--json', container),
  );
  assert.match(readFileSync(profile, 'utf8'), /^\/opt\/app\/dos\.txt\topened\t\/usr\/bin\/cat$/m);
  assert.deepEqual(await filesOf(first), ['opt/app/dos.txt', 'opt/app/one.txt', 'opt/app/run', 'opt/app/two.txt']);

  const made = await Made.from(lab, container);
  const told = reportOf(await untraced('--tag', second, '--tight=observed', '--profile', profile, '--json', container));
  assert.equal(told.result.imageId, traced.result.imageId);
  assert.equal(told.proof?.learned, traced.proof?.learned);
  assert.deepEqual([await made.committed(), await made.containers()], [[], []], 'something was run');
});

test('several profiles count together, and beside what is traced', async () => {
  const [one, two, both] = [join(lab.folder, 'one'), join(lab.folder, 'two'), join(lab.folder, 'both')];
  for (const [name, profile] of [
    ['one', one],
    ['two', two],
  ] as const) {
    reportOf(
      await slimTraced(
        lab,
        '--dry-run',
        '--trace',
        `/opt/app/run ${name}`,
        '--profile-out',
        profile,
        '--json',
        container,
      ),
    );
  }
  const image = lab.imageName();
  const args = ['--profile', one, '--profile', two, '--trace', 'cat /opt/app/three.txt', '--profile-out', both];
  reportOf(await slimTraced(lab, '--tag', image, '--tight=observed', ...args, '--json', container));
  assert.deepEqual(await filesOf(image), ['opt/app/one.txt', 'opt/app/run', 'opt/app/three.txt', 'opt/app/two.txt']);
  assert.match(readFileSync(both, 'utf8'), /one\.txt[\s\S]*three\.txt[\s\S]*two\.txt/);
});

test('whole packages are kept of what is known to be used, and the whole application of what no package has', async () => {
  const image = lab.imageName();
  reportOf(
    await slimTraced(lab, '--tag', image, '--tight=package', '--check', '/opt/app/run one', '--json', container),
  );
  const all = ['dos.txt', 'one.txt', 'run', 'three.txt', 'two.txt'].map((name) => `opt/app/${name}`);
  assert.deepEqual(await filesOf(image), all);
});

test('a profile that can not be read or written, and nothing that is known', async () => {
  const cases: readonly (readonly [readonly string[], RegExp, number])[] = [
    [['--profile', '/nowhere/profile'], /cannot read the profile from \/nowhere\/profile/, 2],
    [['--profile', '/etc/hostname'], /hostname/, 2],
    [['--tight=observed'], /--tight keeps only what is known to be used, and nothing is known/, 2],
    [['--trace', 'true', '--profile-out', '/nowhere/profile'], /the profile can't be written to \/nowhere\/profile/, 2],
  ];
  for (const [args, message, code] of cases) {
    const made = await Made.from(lab, container);
    const { exitCode, stderr } = await slimTraced(lab, '--tag', lab.imageName(), ...args, container);
    assert.match(stderr, message);
    assert.equal(exitCode, code, stderr);
    assert.deepEqual(await made.leftovers(), []);
  }
});

nothingIsLeft(lab);
