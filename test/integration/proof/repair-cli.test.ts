import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlimReport } from '../../../src/index.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { Made, slimTraced } from './made.ts';
import { installTools } from './tracing.ts';

/** Names the file that it reads only when it runs. */
const GREET = `#!/bin/sh
name=$(printf wor%s ds)
cat "/opt/$name.txt" || exit 4
echo "done"
`;

/** What would keep the script's words without a trace. */
const NARROW = ['--rule', '-own-files', '--rule', '-mentions'];

await installTools();
const lab = await openLab('repaircli');
const parent = lab.imageName();
/** Its words are the parent image's, so that nothing but a rule or a trace would keep them. */
const container = await (async () => {
  const before = await lab.runningAfter(await lab.shellImage(), 'mkdir -p /opt; echo hello > /opt/words.txt');
  await lab.docker.docker(['commit', '--change', 'VOLUME /data', before, parent]);
  const script = `cat > /opt/greet <<'END'\n${GREET}END\nchmod +x /opt/greet`;
  return await lab.containerAfter(parent, script);
})();

async function slim(...args: readonly string[]) {
  const image = lab.imageName();
  const made = await Made.from(lab, container);
  const outcome = await slimTraced(lab, '--tag', image, '--no-trace-checks', ...NARROW, ...args, container);
  return { image, made, ...outcome };
}

test('what a check is missing is added, and the report says so', async () => {
  const { image, made, ...outcome } = await slim('--check', '/opt/greet', '--json');
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  const { proof } = JSON.parse(outcome.stdout) as SlimReport;
  assert.deepEqual(
    [proof?.rounds, proof?.items.map(({ passed }) => passed)],
    [[{ failed: ['/opt/greet'], added: [{ path: '/opt/words.txt', reason: null }] }], [true]],
  );
  assert.equal((await lab.docker.run(image, ['/opt/greet'])).stdout, 'hello\ndone\n');
  assert.equal((await made.committed()).length, 1);
  // the check in the container, in two candidates, and the trace; the container's own once more to compare
  assert.ok((await made.containers()).length >= 4);
  assert.deepEqual(await made.leftovers(), []);
  assert.deepEqual(await made.images(), [image]);
  await lab.docker.remove({ images: [image] });
});

test('what is excluded can not be added: the text says what is missing and why', async () => {
  const { image, made, ...outcome } = await slim('--check', '/opt/greet', '--exclude', '/opt/*.txt', '--quiet');
  assert.equal(outcome.exitCode, 6);
  assert.equal(outcome.stdout, '');
  assert.equal(
    outcome.stderr.replace(/^warning: data in mounts is not part of the image: \/data\n/, ''),
    [
      'error: check failed: /opt/greet',
      '  exit code 4 in the skinny image, expected 0',
      '  stdout differs (- original, + skinny image):',
      '       1 - hello',
      '       2 - done',
      '  the last lines of its standard error:',
      '    cat: /opt/words.txt: No such file or directory',
      'used in the original, and not in the image:',
      '  /opt/words.txt (--exclude /opt/*.txt)',
      'hint: Nothing was tagged; --keep-failed keeps the image under another name. Exclude less.',
      '',
    ].join('\n'),
  );
  assert.equal(await lab.hasImage(image), false);
  assert.deepEqual([await made.leftovers(), await made.images()], [[], []]);
});

test('without rounds of repair it fails at once', async () => {
  const { made, ...outcome } = await slim('--check', '/opt/greet', '--check', 'cat /opt/greet', '--repair', '0');
  assert.equal(outcome.exitCode, 6);
  assert.match(outcome.stderr, /^error: 1 of 2 checks failed\ncheck failed: \/opt\/greet\n/m);
  assert.match(outcome.stderr, /^hint: Nothing was tagged;.* --include keeps what is missing\.$/m);
  assert.deepEqual([await made.leftovers(), await made.images()], [[], []]);
});

test('without a tracer the check is what is told, and that nothing could be learned', async () => {
  const image = lab.imageName();
  const made = await Made.from(lab, container);
  const outcome = await lab.slim(['--tag', image, ...NARROW, '--check', '/opt/greet', container], {
    env: { PATH: '/nowhere' },
  });
  assert.equal(outcome.exitCode, 6);
  assert.match(outcome.stderr, /^error: check failed: \/opt\/greet$/m);
  assert.match(outcome.stderr, /^what it uses cannot be found out: strace is not installed on this machine/m);
  assert.deepEqual([await made.leftovers(), await made.images()], [[], []]);
});

test('a failed image may stay, one at a time, until another passes', async () => {
  const image = lab.imageName();
  const failed = `${image}-failed`;
  lab.owns({ image: failed });
  const made = await Made.from(lab, container);
  const slimAgain = (...args: string[]) =>
    slimTraced(lab, '--tag', image, '--no-trace-checks', ...NARROW, '--check', '/opt/greet', ...args, container);

  const first = await slimAgain('--keep-failed', '--repair', '0');
  assert.equal(first.exitCode, 6);
  assert.match(first.stderr, new RegExp(`^hint: The image is there as ${failed}\\. --include`, 'm'));
  assert.deepEqual(await made.images(), [failed]);
  const { Id: firstId } = await lab.inspectImage(failed);

  const second = await slimAgain('--keep-failed', '--exclude', '/opt/words.txt', '--change', 'ENV ROUND=2');
  assert.equal(second.exitCode, 6);
  assert.deepEqual(await made.images(), [failed]);
  assert.notEqual((await lab.inspectImage(failed)).Id, firstId);

  const third = await slimAgain();
  assert.equal(third.exitCode, 0, third.stderr);
  assert.deepEqual(await made.images(), [image]);
  assert.deepEqual(await made.leftovers(), []);
  await lab.docker.remove({ images: [image] });
});

test('a failed image that passes the next time keeps its content', async () => {
  const image = lab.imageName();
  const failed = `${image}-failed`;
  lab.owns({ image: failed });
  const first = await slimTraced(
    lab,
    '--tag',
    image,
    '--no-trace-checks',
    '--check',
    '/opt/greet',
    '--check',
    'cat /opt/greet',
    container,
  );
  assert.equal(first.exitCode, 0, first.stderr);
  // as if its checks had failed by chance
  await lab.docker.docker(['tag', image, failed]);
  await lab.docker.docker(['image', 'rm', image]);
  const second = await slimTraced(
    lab,
    '--tag',
    image,
    '--no-trace-checks',
    ...NARROW,
    '--check',
    '/opt/greet',
    container,
  );
  assert.equal(second.exitCode, 0, second.stderr);
  assert.deepEqual([await lab.hasImage(image), await lab.hasImage(failed)], [true, false]);
});

test('the name for a failed image may belong to another one', async () => {
  const image = lab.imageName();
  await lab.docker.docker(['tag', parent, `${image}-failed`]);
  lab.owns({ image: `${image}-failed` });
  const taken = await slimTraced(
    lab,
    '--tag',
    image,
    '--no-trace-checks',
    '--check',
    '/opt/greet',
    '--keep-failed',
    container,
  );
  assert.equal(taken.exitCode, 1);
  assert.match(taken.stderr, /there is an image \S+-failed already, and it was not made from this container/);
  const passed = await slimTraced(
    lab,
    '--tag',
    image,
    '--no-trace-checks',
    ...NARROW,
    '--check',
    '/opt/greet',
    container,
  );
  assert.equal(passed.exitCode, 0, passed.stderr);
  assert.ok(await lab.hasImage(`${image}-failed`), "somebody's image is gone");
});

nothingIsLeft(lab);
