import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureOf, debianTree, keeps } from '../../debian/debian-tree.ts';
import { RUNTIMES } from '../../debian/systems.ts';
import { once, testRules } from './rule-case.ts';

const LIB = '/usr/lib/x86_64-linux-gnu';
const ZONES = '/usr/share/zoneinfo';

const system = once(() => debianTree(RUNTIMES));

testRules(system, [
  {
    rule: 'terminfo',
    seed: '/usr/bin/infocmp',
    keeps: ['/lib/terminfo/x/xterm-256color', '/lib/terminfo/l/linux', '/lib/terminfo/d/dumb'],
    leaves: ['/lib/terminfo/w/wsvt25'],
  },
  {
    rule: 'magic',
    seed: '/usr/bin/file',
    keeps: ['/usr/share/misc/magic.mgc', '/usr/lib/file/magic.mgc', '/etc/magic'],
  },
  {
    rule: 'openssl',
    seed: '/usr/bin/openssl',
    keeps: [
      '/usr/lib/ssl/openssl.cnf',
      '/etc/ssl/openssl.cnf',
      `${LIB}/ossl-modules/legacy.so`,
      `${LIB}/engines-3/afalg.so`,
    ],
    without: ['plugin-directories'],
  },
  {
    rule: 'certificates',
    seed: '/usr/bin/curl',
    keeps: ['/etc/ssl/certs/ca-certificates.crt', '/usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt'],
    leaves: ['/etc/ssl/private', '/etc/ssl/certs/java'],
  },
  { rule: 'fontconfig', seed: '/usr/bin/fc-list', keeps: ['/etc/fonts/fonts.conf', '/etc/fonts/conf.d/60-latin.conf'] },
  { rule: 'fonts', seed: '/usr/bin/fc-list', keeps: ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'] },
  {
    rule: 'time-zones',
    seed: '/usr/bin/date',
    keeps: [`${ZONES}/Europe/Berlin`, `${ZONES}/zone1970.tab`],
    leaves: [`${ZONES}/right/Europe/Berlin`],
  },
]);

test('locale: C.UTF-8 for every program that sets a locale', async () => {
  const tree = await system();
  assert.ok(keeps(tree, closureOf(tree, ['/usr/bin/gawk']), '/usr/lib/locale/C.utf8/LC_CTYPE'));
  const off = closureOf(tree, ['/usr/bin/gawk'], { rules: ['-locale'] });
  assert.ok(!keeps(tree, off, '/usr/lib/locale/C.utf8/LC_CTYPE'));
});

test('translations: those of the program and the C library, in the languages of the Env', async () => {
  const tree = await system();
  const at = (language: string, domain: string): string => `/usr/share/locale/${language}/LC_MESSAGES/${domain}.mo`;
  const wanted = [at('de', 'gawk'), at('de', 'libc'), at('fr', 'gawk')];
  const run = { Env: ['LANG=de_DE.UTF-8', 'LANGUAGE=de:fr'] };
  const closure = closureOf(tree, ['/usr/bin/gawk'], { run });
  assert.deepEqual(
    wanted.filter((path) => !keeps(tree, closure, path)),
    [],
  );
  assert.ok(!keeps(tree, closure, at('sv', 'gawk')) && !keeps(tree, closure, at('de', 'tar')));
  assert.ok(
    tree.tree.resolve(at('de', 'tar')).entry !== undefined && tree.tree.resolve(at('sv', 'gawk')).entry !== undefined,
  );
  for (const other of [{ run, rules: ['-translations'] }, { run: { Env: ['LANG=C.UTF-8'] } }]) {
    const without = closureOf(tree, ['/usr/bin/gawk'], other);
    assert.deepEqual(
      wanted.filter((path) => keeps(tree, without, path)),
      [],
    );
  }
});

test("time-zone: the zone of the image's TZ, with leap seconds as well", async () => {
  const tree = await system();
  const run = { Env: ['TZ=right/Asia/Tokyo'] };
  const zone = `${ZONES}/right/Asia/Tokyo`;
  assert.ok(keeps(tree, closureOf(tree, ['/usr/bin/date'], { run }), zone));
  assert.ok(!keeps(tree, closureOf(tree, ['/usr/bin/date'], { run, rules: ['-time-zone'] }), zone));
  assert.ok(!keeps(tree, closureOf(tree, ['/usr/bin/true'], { run }), zone));
});
