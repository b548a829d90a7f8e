import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SkinnywhaleError } from '../../../src/model/errors.ts';
import type { ProofItem } from '../../../src/proof/proof-item.ts';
import { parseProbe } from '../../../src/proof/spec/probe-spec.ts';
import { failureText } from '../../../src/report/failure-text.ts';
import { nothingIsLeft } from '../cases/lab.ts';
import { openProofLab } from './proof-lab.ts';

/** A web server; what it says comes from a file that it reads for each request, but for `/missing`, and a number that is never the same. */
const SERVICE = `#!/usr/bin/perl
use IO::Socket;
open(my $settings, '<', '/opt/settings') or die "no settings: $!\\n";
select(undef, undef, undef, 0.3);
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 8080, Listen => 5, ReuseAddr => 1) or die $@;
print STDERR "listening\\n";
while (my $client = $server->accept) {
  my $request = <$client>;
  while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
  my $found = !($request =~ m{/missing}) && open(my $words, '<', '/opt/words');
  my ($status, $body) = $found ? ('200 OK', join('', <$words>)) : ('404 Not Found', 'nothing');
  print $client "HTTP/1.0 $status\\r\\nContent-Type: text/plain\\r\\n\\r\\n$body\\nat " . int(1e9 + rand 8e9) . " by $$\\n";
  close $client;
}
`;

const HEALTH = `#!/usr/bin/perl
use IO::Socket;
open(my $words, '<', '/opt/words') or die "no words: $!\\n";
IO::Socket::INET->new(PeerAddr => '127.0.0.1:8080') or die "down\\n";
`;

const proofLab = await openProofLab('probe', {
  members: [
    { name: 'opt/', mode: 0o755 },
    { name: 'opt/service', mode: 0o755, content: SERVICE },
    { name: 'opt/health', mode: 0o755, content: HEALTH },
    { name: 'opt/settings', content: 'x' },
    { name: 'opt/words', content: 'hello' },
  ],
  changes: [
    'ENTRYPOINT ["/opt/service"]',
    'USER nobody',
    'VOLUME /data',
    'HEALTHCHECK --interval=1h --retries=1 CMD ["/opt/health"]',
    // would keep node from starting where it were asked from a container of this image
    'ENV NODE_OPTIONS=--no-such-option',
  ],
});

async function probe(image: typeof proofLab.fat, timeout: number, ...texts: string[]): Promise<readonly ProofItem[]> {
  const probes = texts.map((text) => ({ ...parseProbe(text), timeout }));
  await using proof = proofLab.proof({ probes });
  return (await proof.prove(image)).items;
}

const textOf = (item: ProofItem | undefined): string => (item === undefined ? '' : failureText(item).join('\n'));

test('a service that answers as the container does', async () => {
  const image = await proofLab.skinny();
  const url = 'http://localhost:8080';
  const items = await probe(image, 30, `${url}/`, `${url}/missing`, 'tcp:8080', 'healthcheck');
  assert.deepEqual(
    items.flatMap((item) => (item.passed ? [] : failureText(item))),
    [],
  );
  assert.deepEqual(
    items.map(({ fatRuns }) => fatRuns),
    [2, 2, 2, 2],
  );
  assert.match(items[0]?.masks.join() ?? '', /^at ‹digits›/);
  assert.equal(proofLab.made.filter(([kind]) => kind === 'image').length, 1);
});

test('a service that answers otherwise', async () => {
  const image = await proofLab.skinny('--exclude', '/opt/words');
  const [page, health] = await probe(image, 8, 'http://localhost:8080/', 'healthcheck');
  assert.equal(page?.failures[0]?.kind, 'status');
  assert.match(
    textOf(page),
    /status 404 in the skinny image, expected 200; it says: nothing at \d+.*\n[\s\S]*- hello\n[\s\S]*\+ nothing/,
  );
  assert.match(textOf(page), /standard error:\n {4}listening/);
  assert.match(
    textOf(health),
    /within the time limit of 8 s: its health check does not succeed: exit code 2: no words: No such file/,
  );
});

test('a service that ends early, and one that can not be started', async () => {
  const ending = await proofLab.skinny('--exclude', '/opt/settings');
  const [item] = await probe(ending, 30, 'tcp:8080');
  assert.deepEqual(item?.failures, [{ side: 'skinny', kind: 'ended', exitCode: 2, outOfMemory: false }]);
  assert.match(
    textOf(item),
    /ended in the skinny image before it answered: exit code 2\n[\s\S]*\n {4}no settings: No such file/,
  );
  const none = await proofLab.skinny('--exclude', '/opt/service');
  const [refused] = await probe(none, 30, 'http://localhost:8080/');
  assert.equal(refused?.failures[0]?.kind, 'refused');
});

test('a probe that gets no answer in the container either', async () => {
  const [item] = await probe(proofLab.fat, 2, 'tcp:8081');
  assert.deepEqual(item?.failures, [{ side: 'original', kind: 'no-answer', reason: 'nothing listens', seconds: 2 }]);
});

test('an interruption in the middle of a probe leaves nothing', async () => {
  const controller = new AbortController();
  const reason = new SkinnywhaleError('INTERRUPTED', 'interrupted by a test');
  const own = await proofLab.interruptible(controller.signal);
  const before = proofLab.made.length;
  const proof = proofLab.proof({ client: own, probes: [parseProbe('tcp:8081')] });
  const proving = proof.prove(proofLab.fat);
  // the service and what asks it
  const ids = () => proofLab.made.slice(before).flatMap(([kind, id]) => (kind === 'container' ? [id] : []));
  const isRunning = async (id: string | undefined): Promise<boolean> =>
    id !== undefined && (await proofLab.client.containerState(id)).running;
  while (!(await isRunning(ids()[1]))) await sleep(50);
  controller.abort(reason);
  await assert.rejects(proving, reason);
  await proof[Symbol.asyncDispose]();
  assert.deepEqual(await proofLab.leftovers(), []);
});

test('containers, images and volumes of proofs are gone', async () => {
  assert.ok(proofLab.made.some(([kind]) => kind === 'volume'));
  assert.deepEqual(await proofLab.leftovers(), []);
});

nothingIsLeft(proofLab.lab);
