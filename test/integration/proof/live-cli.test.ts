import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlimReport } from '../../../src/index.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { Made, slimTraced } from './made.ts';
import { installTools } from './tracing.ts';

/** Holds a file open, has another one read and closed, and says when it is ready. */
const SERVICE = `#!/usr/bin/perl
use IO::Socket;
$SIG{TERM} = sub { exit };
open(my $state, '<', '/opt/state') or die;
open(my $settings, '<', '/opt/settings') or die;
close $settings;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die;
open(my $ready, '>', '/tmp/ready');
while (my $client = $server->accept) { print $client "hello\\n"; close $client }
`;

/** Why an engine may be one whose processes can't be looked at here. */
const NOT_HERE = /the running container can't be looked into/;

await installTools();
const lab = await openLab('livecli');
const container = await lab.runningAfter(
  await lab.engine.baseImage(),
  `mkdir -p /opt; cat > /opt/service <<'END'\n${SERVICE}END
   chmod +x /opt/service; for each in state settings unused; do echo $each > /opt/$each; done`,
);
await lab.docker.docker(['exec', '--detach', container, '/opt/service']);
for (let left = 200; (await lab.docker.exec(container, ['stat', '/tmp/ready'])).exitCode !== 0; left--) {
  if (left === 0) throw new Error('the service does not start');
  await sleep(50);
}

async function slim(...args: string[]) {
  const image = lab.imageName();
  const outcome = await slimTraced(lab, '--tag', image, '--tight=observed', '--live', '--json', ...args, container);
  if (NOT_HERE.test(outcome.stderr)) return undefined;
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  const paths = [...(await lab.treeOf(image)).keys()].filter((path) => path.startsWith('opt/'));
  return { image, paths, report: JSON.parse(outcome.stdout) as SlimReport };
}

test('what a running container has open is kept, and the container goes on', async () => {
  const slimmed = await slim();
  if (slimmed === undefined) return;
  assert.ok((slimmed.report.proof?.learned ?? 0) > 3);
  // the script is not open any more, but perl's argument
  assert.deepEqual(slimmed.paths, ['opt/service', 'opt/state']);
  assert.equal((await lab.docker.run(slimmed.image, ['/usr/bin/perl', '-e', 'print 42'])).stdout, '42');
  assert.equal((await lab.docker.exec(container, ['stat', '/tmp/ready'])).exitCode, 0);
});

test('with a probe of the same service, what it reads at its start comes with it', async () => {
  const made = await Made.from(lab, container);
  const slimmed = await slim('--change', 'CMD ["/opt/service"]', '--probe', 'tcp:8080');
  if (slimmed === undefined) return;
  assert.deepEqual(slimmed.paths, ['opt/service', 'opt/settings', 'opt/state']);
  assert.ok(slimmed.report.proof?.items.every(({ passed }) => passed));
  assert.deepEqual(await made.leftovers(), []);
});

test('a container that does not run has nothing open', async () => {
  const stopped = await lab.containerAfter(await lab.shellImage(), 'echo x > /opt.txt');
  const { exitCode, stderr } = await slimTraced(lab, '--tag', lab.imageName(), '--live', stopped);
  assert.equal(exitCode, 2);
  assert.match(stderr, /is not running; --live needs a running container/);
});

nothingIsLeft(lab);
