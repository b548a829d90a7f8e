import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judgement.ts';
import type { Measured } from './rounds.ts';
import { judgedTable, measuredTable } from './tables.ts';

const measured: readonly Measured[] = [
  { name: 'export | import', runs: [{ seconds: 4 }, { seconds: 8 }, { seconds: 5 }] },
  {
    name: 'skinnywhale',
    runs: [2, 4, 3].map((seconds) => ({ seconds, peakBytes: seconds * 50e6, analysisShare: 0.04 })),
  },
  { name: 'local', runs: [], missing: { kind: 'not available', why: "unknown option '--source'\nhint: |" } },
];

test('a line for each contender, a column for each figure that one of them has', () => {
  assert.equal(
    measuredTable(measured),
    `| contender | median s | min | max | peak MB | analysis % |
|---|--:|--:|--:|--:|--:|
| export \\| import | 5.00 | 4.00 | 8.00 |  |  |
| skinnywhale | 3.00 | 2.00 | 4.00 | 150 | 4.0 |
| local | not available: unknown option '--source' |  |  |  |  |
`,
  );
});

test('ratios and limits stand beside their targets, judged by the median', () => {
  const judged = judge(measured, {
    comparisons: [
      { of: 'skinnywhale', to: 'export | import', target: { atMost: 0.5 } },
      { of: 'export | import', to: 'skinnywhale', target: { atLeast: 7 } },
      { of: 'export | import', to: 'skinnywhale' },
      { of: 'local', to: 'skinnywhale', target: { atMost: 0.4 } },
    ],
    limits: [
      { of: 'skinnywhale', figure: 'peakBytes', target: { atMost: 120e6 } },
      { of: 'skinnywhale', figure: 'analysisShare', target: { atMost: 0.05 } },
      { of: 'local', figure: 'seconds', target: { atMost: 1 } },
    ],
  });
  assert.equal(
    judgedTable(judged),
    `| contender | what | median (min - max) | target |  |
|---|--:|--:|--:|--:|
| skinnywhale | ratio to export \\| import | 0.50 (0.50 - 0.60) | <= 0.50 | met |
| export \\| import | ratio to skinnywhale | 2.00 (1.67 - 2.00) | >= 7.00 | not met |
| export \\| import | ratio to skinnywhale | 2.00 (1.67 - 2.00) |  | - |
| local | ratio to skinnywhale |  | <= 0.40 | not available |
| skinnywhale | peak MB | 150 (100 - 200) | <= 120 | not met |
| skinnywhale | analysis % | 4.0 (4.0 - 4.0) | <= 5.0 | met |
| local | s |  | <= 1.00 | not available |
`,
  );
});

test('a comparison with nobody is a mistake', () => {
  assert.throws(() => judge(measured, { comparisons: [{ of: 'locl', to: 'skinnywhale' }], limits: [] }), /locl/);
});
