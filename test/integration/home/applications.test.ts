import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provideEngine } from '../../fixture/engine.ts';
import { HOME_CASES } from '../../home/cases.ts';
import { WAYS } from '../../home/home-case.ts';
import { fatCase, tryCase } from '../../home/try-case.ts';

test('applications run from their skinny images, slimmed with no flags, as they did before', async (suite) => {
  await using engine = await provideEngine();
  for (const home of HOME_CASES.filter(({ representative }) => representative)) {
    await suite.test(home.name, async (t) => {
      const fat = await fatCase(engine, home);
      for (const way of WAYS.filter((one) => home.ways?.includes(one) ?? true)) {
        await t.test(way, async () => {
          const { runs, because, said } = await tryCase(engine, fat, way);
          assert.ok(runs, `${because}\n${said}`);
        });
      }
    });
  }
});
