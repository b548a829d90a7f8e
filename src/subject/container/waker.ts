import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Run by node beside a run that has paused a container: when the pipe from that run closes without a word, it has been
 * killed, and the container is woken for it. As text, since it has to run from wherever this program was installed.
 */
const SCRIPT = `
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) process.on(signal, () => {});
const [socketPath, path] = process.argv.slice(1);
let isDone = false;
process.stdin.on('data', () => { isDone = true; });
process.stdin.on('close', () => {
  if (!isDone) require('node:http').request({ socketPath, path, method: 'POST' }).on('error', () => {}).end();
});
`;

/** Watches over a paused container until it is disposed of. */
export interface Waker extends Disposable {
  /** resolves when the watch has begun */
  readonly ready: Promise<void>;
}

/**
 * Has a container woken where this process ends before it does that itself: SIGKILL leaves no time for it. Only for an
 * engine behind a socket of this machine; for others there is none.
 * @param endpoint `unix:///var/run/docker.sock`
 */
export function watchOver(endpoint: string, containerId: string): Waker {
  const [, socket] = /^unix:\/\/(\/.+)$/.exec(endpoint) ?? [];
  if (socket === undefined) return { ready: Promise.resolve(), [Symbol.dispose]() {} };
  const child = spawn(process.execPath, ['-e', SCRIPT, socket, `/containers/${containerId}/unpause`], {
    // A session of its own: what is sent to this process's group does not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  child.unref();
  return {
    ready: begun(child),
    [Symbol.dispose]() {
      child.stdin?.end('done');
    },
  };
}

/** Where no process can be started, the container is paused without a watch. */
function begun(child: ChildProcess): Promise<void> {
  child.stdin?.on('error', () => {});
  return new Promise((resolve) => {
    child.once('spawn', resolve);
    child.once('error', () => resolve());
  });
}
