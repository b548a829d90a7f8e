import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayable } from '../../src/report/displayable.ts';
import { explain } from '../../src/report/explain.ts';
import { renderExplanation } from '../../src/report/explanation-text.ts';
import type { ReportedReason } from '../../src/report/reported-reason.ts';
import { SAMPLE_WITH_LEDGER } from './sample-ledger.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';

function text(path: string): string[] {
  // A copy, as the command makes one for the terminal.
  const rendered = renderExplanation(displayable(explain(SAMPLE_WITH_LEDGER, path)));
  assert.ok(rendered.endsWith('\n'));
  return rendered.slice(0, -1).split('\n');
}

test('a kept path: the chain, and what it is', () => {
  assert.deepEqual(text('/lib/x86_64-linux-gnu/libz.so.1'), [
    `${LIB}/libz.so.1`,
    '  kept: link on the way, DT_NEEDED (ld.so.cache) by /opt/app,',
    "        which is in the container's changes",
    '  symlink, from the base (layer 1)',
    `  leads to ${LIB}/libz.so.1.2.13, which is kept`,
    '  found through /lib',
  ]);
  assert.deepEqual(text('/usr/bin/third-name'), [
    '/usr/bin/third-name',
    '  kept: called by a script: /usr/bin/kept-name,',
    `        which is kept: #! by ${LIB}/libc.so.6,`,
    '        which is in every image: state',
    '  another name of /usr/bin/kept-name, from the base (layer 1)',
  ]);
  assert.deepEqual(text(`${LIB}/libc.so.6`), [
    `${LIB}/libc.so.6`,
    '  kept: in every image: state',
    `  also: DT_NEEDED (ld.so.cache) by ${LIB}/libz.so.1.2.13`,
    `  also: PT_INTERP by ${LIB}/libz.so.1.2.13`,
    `  also: name given to dlopen: ${LIB}/libz.so.1.2.13`,
    '  and for 2 other reasons',
    '  file, 500 B, from the base (layer 1), package libc6',
  ]);
  assert.deepEqual(text('/lib')[1], '  kept: link on the way to what is in every image: merged /usr');
});

test('what roots are called', () => {
  const said = (reason: ReportedReason): string | undefined => {
    const entry = { path: '/x', type: 'file', bytes: 1, from: 'base', package: null } as const;
    const ledger = { complete: true, kept: [{ ...entry, reasons: [reason] }], dropped: [] };
    return renderExplanation(explain({ ...SAMPLE_WITH_LEDGER, ledger }, '/x')).split('\n')[1];
  };
  assert.equal(said({ kind: 'config', field: 'Entrypoint', as: 'program' }), '  kept: the Entrypoint');
  assert.equal(said({ kind: 'config', field: 'Cmd', as: 'argument' }), '  kept: an argument of the Cmd');
  assert.equal(said({ kind: 'config', field: 'WorkingDir', as: 'value' }), '  kept: the working directory');
  assert.equal(said({ kind: 'config', field: 'Env', as: 'value' }), '  kept: named in Env');
  assert.equal(said({ kind: 'included', glob: '/x*' }), '  kept: asked for by --include /x*');
  assert.equal(said({ kind: 'config', field: 'User', as: 'home' }), '  kept: the home directory of User');
});

test('a path that was left out: why, and what would have kept it', () => {
  assert.deepEqual(text(`${LIB}/gconv/BIG5.so`), [
    `${LIB}/gconv/BIG5.so`,
    '  dropped: no kept file depends on it',
    '  file, 40 B, from the base (layer 1), package libc6',
    '  would be kept by:',
    '    --rule +gconv-all                                  converts all other character sets; /opt/app asks for it',
    '    --brute-usr-lib                                    with all of /usr/lib',
    `    --include ${LIB}/gconv/BIG5.so  with what it needs`,
  ]);
  assert.deepEqual(text('/opt/app.log'), [
    '/opt/app.log',
    '  dropped: excluded (--exclude *.log)',
    '  file, 3 B, from the changes',
    "  Leave out --exclude '*.log'.",
  ]);
  assert.equal(text('/var/cache/c/entry')[1], '  dropped: trimmed (caches)');
});

test('a path that is not there', () => {
  assert.deepEqual(text('/opt/none'), ['/opt/none', '  not in the container; /opt is there']);
  assert.deepEqual(text('/opt/app/x'), ['/opt/app/x', '  not in the container; /opt/app is a file']);
});
