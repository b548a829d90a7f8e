import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { VARIABLES } from '../../src/cli/environment.ts';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { optionFlags, optionMeaning } from '../../src/cli/option-words.ts';
import { VIEW_OPTIONS } from '../../src/cli/view-options.ts';
import { OPTION_GROUPS } from '../../src/options/option-spec.ts';
import { OPTION_ROWS } from '../../src/options/option-table.ts';

const README = new URL('../../README.md', import.meta.url);
const OPTIONS = new URL('../../src/options/README.md', import.meta.url);

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const escaped = (text: string): string => text.replaceAll('|', '\\|');
  const code = (text: string): string => `\`${escaped(text)}\``;
  const lines = rows.map(([name, meaning]) => `| ${code(name)} | ${escaped(meaning).replaceAll('<', '\\<')} |`);
  return [`| ${head[0]} | ${head[1]} |`, '|---|---|', ...lines].join('\n');
}

const specs = [...OPTION_ROWS.map(([, spec]) => spec), ...Object.values(VIEW_OPTIONS)];

/** What the documents say of the command line, made from the tables that the command itself uses. */
const TABLES: Readonly<Record<string, readonly [document: URL, text: string]>> = {
  'common options': [
    README,
    table(
      ['option', 'meaning'],
      specs.filter((spec) => spec.common === true).map((spec) => [optionFlags(spec), optionMeaning(spec)]),
    ),
  ],
  options: [
    OPTIONS,
    Object.entries(OPTION_GROUPS)
      .map(([group, title]) =>
        table(
          [title, ''],
          specs.filter((spec) => spec.group === group).map((spec) => [optionFlags(spec), optionMeaning(spec)]),
        ),
      )
      .join('\n\n'),
  ],
  variables: [OPTIONS, table(['variable', 'meaning'], VARIABLES)],
  'exit codes': [README, table(['code', 'meaning'], Object.entries(EXIT_CODE_MEANINGS))],
};

/** `npm run docs` writes them anew. */
for (const [name, [document, text]] of Object.entries(TABLES)) {
  test(`the documents have the ${name} as the command has them`, () => {
    const readme = readFileSync(document, 'utf8');
    const [begin, end] = [`<!-- ${name}: see test/cli/readme.test.ts -->\n`, `\n<!-- end of ${name} -->`];
    const [start, stop] = [readme.indexOf(begin) + begin.length, readme.indexOf(end)];
    assert.ok(readme.includes(begin) && stop >= start - 1, `${begin}${end}`);
    if (process.env['UPDATE_GOLDEN'] === '1') {
      writeFileSync(document, `${readme.slice(0, start)}${text}${readme.slice(stop)}`);
    } else assert.equal(readme.slice(start, stop), text);
  });
}
