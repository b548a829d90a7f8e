import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkinnywhaleError } from '../../src/model/errors.ts';
import type { ImagePath } from '../../src/model/image-path.ts';
import { checkPlan, planViolations } from '../../src/plan/check-plan.ts';
import type { PlannedEntry } from '../../src/plan/entry-order.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { directory, file, fixture, hardlink, symlink } from '../builders/tar.ts';

const { tree } = fixture(directory('d'), file('d/f', 'content'), hardlink('d/h', 'd/f'), symlink('l', 'd'), file('e'));

function planned(path: string, change: Partial<PlannedEntry> = {}): PlannedEntry {
  const entry = tree.get(path as ImagePath);
  return { path: path as ImagePath, entry, header: undefined, data: entry, linkTo: undefined, ...change };
}

function plan(...entries: PlannedEntry[]): Plan {
  return { entries, paths: new Set(entries.map(({ path }) => path)), whiteoutNames: [] };
}

const LINK = { data: undefined, linkTo: 'd/f' as ImagePath };
const SOUND = [planned('d'), planned('d/f'), planned('d/h', LINK), planned('l'), planned('e')];

test('a sound plan has no violations', () => {
  assert.deepEqual(planViolations(plan(...SOUND)), []);
  checkPlan(plan(...SOUND));
});

test('each kind of violation is told', () => {
  const file = tree.get('e' as ImagePath);
  const below = (path: string): PlannedEntry => planned(path, { entry: file, data: file });
  const cases: [Plan, RegExp][] = [
    [plan(planned('e'), planned('e')), /^\/e is in it twice$/],
    [plan(below('../e')), /leads outside/],
    [plan(planned('d'), below('d/..')), /leads outside/],
    [plan(below('/e')), /leads outside/],
    [plan(planned('d/f')), /^\/d\/f comes without its directory$/],
    [plan(planned('d/f'), planned('d')), /^\/d\/f comes without its directory$/],
    [plan(planned('l'), below('l/x')), /^\/l\/x comes without its directory$/],
    [plan(planned('d'), planned('d/h', LINK)), /^the hardlink \/d\/h comes before its target$/],
    [plan(planned('d'), planned('d/h', LINK), planned('d/f')), /^the hardlink \/d\/h comes before its target$/],
    [plan(planned('d'), planned('d/f', { data: undefined })), /^\/d\/f has lost its content$/],
    [plan(planned('d'), planned('d/h', { data: undefined })), /^\/d\/h has lost its content$/],
    [plan(below('.wh.e')), /^\/\.wh\.e would be taken for a deletion mark$/],
    [plan(planned('d'), planned('d/h', { ...LINK, linkTo: 'd' as ImagePath })), /\/d\/h points to a directory$/],
  ];
  for (const [bad, why] of cases) assert.match(planViolations(bad).join('\n'), why);
});

test('a plan with violations is never sent: all of them are counted, some are shown', () => {
  const many = Array.from({ length: 8 }, (_, index) => planned(`gone/${index}`));
  assert.equal(planViolations(plan(...many)).length, 8);
  assert.throws(
    () => checkPlan(plan(...many)),
    (error) => error instanceof SkinnywhaleError && error.code === 'FAILED' && /\/gone\/4/.test(error.message),
  );
});
