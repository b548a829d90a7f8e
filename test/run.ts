/**
 * The test runner: `node --import tsx test/run.ts [--unit] [filter...]`. Without `--unit` it provides an engine first, and
 * its tests have to run. A filter is a part of a file's path. The last line is `N passed, N failed`.
 *
 * node --test is not used directly because Node 20's takes no patterns, and something has to own the engine.
 */
import { once, setMaxListeners } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { engineEnvironment, provideEngine } from './fixture/engine.ts';
import { interruptSignal } from './fixture/interrupt.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const INTEGRATION = 'test/integration/';
/** Engines of other kinds live in a Debian system that takes minutes to make: only where a filter names them. */
const OTHER_ENGINES = 'test/integration/engines/';
/** A whole file's, where a test inside it hangs. */
const FILE_TIMEOUT_MS = { unit: 2 * 60_000, integration: 20 * 60_000 };
/** Test files at a time: more than there are processors, since most of their time is the engine's and the network's. */
const CONCURRENCY = 3;

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What is used of node:test's `test:pass` and `test:fail` events. */
interface TestEvent {
  readonly name: string;
  readonly file?: string;
  readonly skip?: string | boolean | undefined;
  readonly details: { readonly type?: string | undefined; readonly error?: unknown };
}

async function main(args: readonly string[]): Promise<number> {
  const unit = args.includes('--unit');
  const filters = args.filter((arg) => arg !== '--unit');
  const files = testFiles({ unit, filters });
  if (files.length === 0) {
    console.log(`no test file matches ${filters.join(' ')}\n0 passed, 0 failed`);
    return 1;
  }
  const signal = interruptSignal();
  // Each test file that runs, and the engine, listen to it.
  setMaxListeners(0, signal);
  const withEngine = files.some(isIntegration);
  await using engine = withEngine ? await provideEngine({ signal }) : undefined;
  if (engine !== undefined) {
    Object.assign(process.env, engineEnvironment(engine));
    // Here, so that test files that run at the same time don't each make it.
    await engine.baseImage();
  }
  using trees = treeFolder();
  process.env['SKINNYWHALE_TEST_TREES'] = trees.path;
  const { unit: units, integration } = await runFiles(files, signal);
  const total = {
    passed: units.passed + integration.passed,
    failed: units.failed + integration.failed,
    skipped: units.skipped + integration.skipped,
  };
  if (withEngine) console.log(`engine tests: ${integration.passed} (${engine?.host}, ${engine?.origin})`);
  if (signal.aborted) console.log('interrupted');
  if (withEngine && integration.skipped > 0) console.log('engine tests were skipped, which counts as a failed run');
  // Disposed of here, and not at the end of the scope, so that what it says comes before the last line.
  await engine?.[Symbol.asyncDispose]();
  console.log(summary(total));
  const engineTestsRan = !withEngine || (integration.passed > 0 && integration.skipped === 0);
  if (signal.aborted) return 130;
  return total.failed === 0 && total.passed > 0 && engineTestsRan ? 0 : 1;
}

/** Where the tests' Debian systems lie during a run: gigabytes that nobody needs after it. */
function treeFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'sw-trees-'));
  chmodSync(path, 0o755); // apt downloads as a user of its own
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function testFiles({ unit, filters }: { unit: boolean; filters: readonly string[] }): string[] {
  return readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path}`)
    .filter((path) => path.endsWith('.test.ts') && !(unit && isIntegration(path)))
    .filter((path) => isWanted(path, filters))
    .sort()
    .map((path) => ROOT + path);
}

function isWanted(path: string, filters: readonly string[]): boolean {
  if (path.startsWith(OTHER_ENGINES)) return filters.some((each) => each.includes('engines') && path.includes(each));
  return filters.length === 0 || filters.some((each) => path.includes(each));
}

function isIntegration(path: string): boolean {
  return path.startsWith(INTEGRATION) || relative(ROOT, path).startsWith(INTEGRATION);
}

/** Runs the files, `CONCURRENCY` at a time, each in a process of its own, with the reporter's text on stdout. */
async function runFiles(files: string[], signal: AbortSignal): Promise<{ unit: Counts; integration: Counts }> {
  const counts = {
    unit: { passed: 0, failed: 0, skipped: 0 },
    integration: { passed: 0, failed: 0, skipped: 0 },
  };
  const timeout = FILE_TIMEOUT_MS[files.some(isIntegration) ? 'integration' : 'unit'];
  const tests = run({ files, concurrency: CONCURRENCY, timeout, signal });
  const count = (event: TestEvent, outcome: 'passed' | 'failed'): void => {
    if (event.details.type === 'suite') return;
    const group = counts[isIntegration(event.file ?? event.name) ? 'integration' : 'unit'];
    // A file is reported by its own name where it crashed, hung, or has no tests: none of that is a success.
    if (event.name === event.file) group.failed += 1;
    else if (event.skip !== undefined && event.skip !== false) group.skipped += 1;
    else group[outcome] += 1;
    if (event.name === event.file && outcome === 'passed') console.log(`${event.name} has no tests: counted as failed`);
  };
  tests.on('test:pass', (event: TestEvent) => count(event, 'passed'));
  tests.on('test:fail', (event: TestEvent) => count(event, 'failed'));
  const report = tests.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await once(report, 'end');
  return counts;
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.log(error instanceof Error ? error.message : String(error));
  console.log('0 passed, 1 failed');
  return 1;
});
