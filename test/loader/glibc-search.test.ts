import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildElf } from '../builders/elf.ts';
import { file, symlink } from '../builders/tar.ts';
import { cache, exe, failures, glibc, Image, lib, loaded, missing } from './image.ts';

/** main -> liba -> libb -> libc, each in a directory of its own. */
function chain(main: object, a: object = {}, b: object = {}) {
  return [
    exe('bin/main', { needed: ['liba.so'], ...main }),
    lib('d1/liba.so', { needed: ['libb.so'], ...a }),
    lib('d2/libb.so', { needed: ['libc.so'], ...b }),
    lib('d3/libc.so'),
  ];
}

const ALL = ['/d1/liba.so', '/d2/libb.so', '/d3/libc.so'];

test('RUNPATH counts for its own object only, RPATH for all that it loads', () => {
  const all = '/d1:/d2:/d3';
  assert.deepEqual(loaded(chain({ runpath: all })), ['/d1/liba.so']);
  assert.deepEqual(missing(chain({ runpath: all })), ['libb.so by /d1/liba.so']);
  assert.deepEqual(loaded(chain({ rpath: all })), ALL);
  assert.deepEqual(missing(chain({ rpath: all })), []);
});

test('a RUNPATH, even one that leads nowhere, shuts out the RPATHs of the loaders', () => {
  assert.deepEqual(missing(chain({ rpath: '/d1:/d2:/d3' }, { runpath: '/none' })), ['libb.so by /d1/liba.so']);
  assert.deepEqual(missing(chain({ rpath: '/d1:/d2:/d3' }, { runpath: '' })), ['libb.so by /d1/liba.so']);
});

test('and makes its object’s own RPATH void, for what it loads, too', () => {
  assert.deepEqual(missing(chain({ runpath: '/d1', rpath: '/d1:/d2:/d3' })), ['libb.so by /d1/liba.so']);
});

test('RPATHs are handed down from loader to loader', () => {
  assert.deepEqual(loaded(chain({ runpath: '/d1' }, { rpath: '/d2:/d3' })), ALL);
  assert.deepEqual(missing(chain({ runpath: '/d1' }, { rpath: '/d2' })), ['libc.so by /d2/libb.so']);
});

test('the nearest RPATH comes first', () => {
  const members = [
    exe('bin/main', { needed: ['liba.so'], rpath: '/far:/d1' }),
    lib('d1/liba.so', { needed: ['libb.so'], rpath: '/near' }),
    lib('far/libb.so'),
    lib('near/libb.so'),
  ];
  assert.deepEqual(loaded(members), ['/d1/liba.so', '/near/libb.so']);
});

test('LD_LIBRARY_PATH comes between RPATH and RUNPATH, with colons or semicolons', () => {
  const members = (spec: object) => [
    exe('bin/main', { needed: ['liba.so'], ...spec }),
    lib('d1/liba.so'),
    lib('env/liba.so'),
  ];
  for (const LD_LIBRARY_PATH of ['/env', '/none:/env', '/none;/env', '/none/:/env//']) {
    const run = { Env: [`LD_LIBRARY_PATH=${LD_LIBRARY_PATH}`] };
    assert.deepEqual(loaded(members({ rpath: '/d1' }), run), ['/d1/liba.so'], LD_LIBRARY_PATH);
    assert.deepEqual(
      loaded(members({ runpath: '/d1' }), run).map((path) => path.replace('//', '/')),
      ['/env/liba.so'],
      LD_LIBRARY_PATH,
    );
  }
});

test('$ORIGIN in LD_LIBRARY_PATH is each program’s own', () => {
  const run = { Env: ['LD_LIBRARY_PATH=$ORIGIN'] };
  const image = new Image(
    [glibc(), exe('a/main', { needed: ['l.so'] }), lib('a/l.so'), exe('b/main', { needed: ['l.so'] }), lib('b/l.so')],
    run,
  );
  assert.deepEqual(image.program('/a/main').edges[0]?.path, '/a/l.so');
  assert.deepEqual(image.program('/b/main').edges[0]?.path, '/b/l.so');
});

test('paths in the environment are bytes as everywhere', () => {
  const members = [exe('bin/main', { needed: ['l.so'] }), lib('caf\xc3\xa9/l.so')];
  assert.deepEqual(loaded(members, { Env: ['LD_LIBRARY_PATH=/café'] }), ['/caf\xc3\xa9/l.so']);
  assert.deepEqual(loaded(members, { Env: ['LD_LIBRARY_PATH=.'], WorkingDir: '/café' }), ['/caf\xc3\xa9/./l.so']);
});

test('an empty element is the working directory, a wholly empty list is nothing', () => {
  const members = (runpath: string) => [exe('bin/main', { needed: ['l.so'], runpath }), lib('cwd/l.so')];
  assert.deepEqual(loaded(members('/none:'), { WorkingDir: '/cwd/' }), ['/cwd/l.so']);
  assert.deepEqual(loaded(members(':/none'), { WorkingDir: '/cwd' }), ['/cwd/l.so']);
  assert.deepEqual(loaded(members(''), { WorkingDir: '/cwd' }), []);
  assert.deepEqual(loaded([exe('bin/main', { needed: ['l.so'], runpath: ':' }), lib('l.so')]), ['//l.so']);
});

test('setuid programs and those with capabilities don’t hear the environment', () => {
  const run = { Env: ['LD_LIBRARY_PATH=/env', 'LD_PRELOAD=/env/p.so q.so r.so'], User: 'nobody' };
  const members = (more: object) => [
    exe('bin/main', { needed: ['l.so'] }, more),
    lib('env/l.so'),
    lib('env/p.so'),
    lib('lib/q.so'),
    lib('lib/r.so', {}, { mode: 0o4755 }),
  ];
  const all = ['/env/p.so', '/lib/q.so', '/lib/r.so', '/env/l.so'];
  assert.deepEqual(loaded(members({}), run), all);
  for (const more of [{ mode: 0o4755 }, { mode: 0o2755 }, { capability: '\x01' }]) {
    // Of preloads only those without a slash and with the setuid bit of their own.
    assert.deepEqual(loaded(members(more), run), ['/lib/r.so']);
    assert.deepEqual(missing(members(more), run), ['l.so by /bin/main']);
    // To root such a program gives no more rights than it has.
    assert.deepEqual(new Set(loaded(members(more), { ...run, User: '0:5' })), new Set(all));
  }
  // A setgid bit without the right to run means something else; a user or group of its own makes root less trusted, too.
  assert.deepEqual(loaded(members({ mode: 0o2744 }), run), all);
  for (const more of [
    { mode: 0o4755, uid: 7 },
    { mode: 0o2755, gid: 7 },
  ]) {
    assert.deepEqual(loaded(members(more), { ...run, User: 'root' }), ['/lib/r.so']);
  }
});

test('and take $ORIGIN only where it is below one of the system’s directories', () => {
  const at = (directory: string, mode: number, runpath = '$ORIGIN/sub:$ORIGIN') => {
    const image = new Image(
      [glibc(), exe(`${directory}/main`, { needed: ['l.so'], runpath }, { mode }), lib(`${directory}/l.so`)],
      { User: 'nobody' },
    );
    return image.program(`/${directory}/main`).edges.length;
  };
  assert.deepEqual(
    [at('opt', 0o755), at('opt', 0o4755), at('usr/lib', 0o4755), at('usr/lib/app', 0o4755)],
    [1, 0, 1, 1],
  );
  const text = (runpath: string) => at('usr/lib/app', 0o4755, runpath);
  assert.deepEqual(['$ORIGIN/../app', '$ORIGIN/./../app/', '/$ORIGIN', '$ORIGIN$ORIGIN'].map(text), [1, 1, 0, 0]);
});

test('and have no tokens in their needs', () => {
  const members = (mode: number) => [exe('bin/main', { needed: ['$ORIGIN/l.so'] }, { mode }), lib('bin/l.so')];
  assert.deepEqual(missing(members(0o755), { User: 'nobody' }), []);
  assert.deepEqual(missing(members(0o4755), { User: 'nobody' }), ['$ORIGIN/l.so by /bin/main']);
});

test('a library reached through a link has its origin beside the link', () => {
  const members = [
    exe('bin/main', { needed: ['liba.so'], runpath: '/d1' }),
    symlink('d1/liba.so', '../real/liba.so'),
    lib('real/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN' }),
    lib('d1/libb.so'),
    lib('real/libb.so'),
  ];
  assert.deepEqual(loaded(members), ['/d1/liba.so', '/d1/libb.so']);
});

test('a program reached through a link has it beside the target', () => {
  const image = new Image([
    glibc(),
    symlink('bin/main', '../opt/app/main'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
    exe('opt/app/main', { needed: ['libb.so'], runpath: '${ORIGIN}/lib' }),
    lib('opt/app/lib/libb.so'),
    lib('bin/lib/libb.so'),
  ]);
  assert.deepEqual(image.program('/bin/main').edges[0]?.path, '/opt/app/lib/libb.so');
});

test('".." behind an origin is where the link leads', () => {
  const members = [
    exe('bin/main', { needed: ['liba.so'], runpath: '/zl' }),
    symlink('zl', 'x/y/z'),
    lib('x/y/z/liba.so', { needed: ['libb.so'], runpath: '$ORIGIN/..' }),
    lib('x/y/libb.so'),
    lib('libb.so'),
  ];
  const image = new Image([glibc(), ...members]);
  assert.deepEqual(
    image.program().objects.map(({ entry }) => entry.path),
    ['bin/main', 'x/y/z/liba.so', 'x/y/libb.so'],
  );
});

test('a name with a slash is opened from the working directory, without a search', () => {
  const members = [exe('bin/main', { needed: ['sub/libn.so'], runpath: '/app' }), lib('app/sub/libn.so')];
  assert.deepEqual(loaded(members, { WorkingDir: '/app' }), ['/app/sub/libn.so']);
  assert.deepEqual(missing(members, { WorkingDir: '/' }), ['sub/libn.so by /bin/main']);
  assert.deepEqual(missing(members), ['sub/libn.so by /bin/main']);
});

test('names may have tokens', () => {
  const members = [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a token of the loader
    exe('opt/bin/main', { needed: ['$ORIGIN/../lib/libo.so', '/${LIB}/libp.so'] }),
    lib('opt/lib/libo.so'),
    lib('lib/x86_64-linux-gnu/libp.so'),
  ];
  assert.deepEqual(
    new Image([glibc(), ...members]).program('/opt/bin/main').edges.map(({ path }) => path),
    ['/opt/bin/../lib/libo.so', '/lib/x86_64-linux-gnu/libp.so'],
  );
});

test('the system’s directories are those in the loader, in their order', () => {
  const member = exe('bin/main', { needed: ['l.so'] });
  const places = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu', 'lib', 'usr/lib'].map((one) => `${one}/l.so`);
  for (const [index, place] of places.entries()) {
    const rest = places.slice(index).map((path) => lib(path));
    assert.deepEqual(loaded([member, ...rest]), [`/${place}`]);
  }
  assert.deepEqual(missing([member, lib('lib64/l.so'), lib('usr/local/lib/l.so')]), ['l.so by /bin/main']);
});

test('a library marked so looks neither there nor in the cache for what is there', () => {
  const members = (spec: object, ...more: ReturnType<typeof lib>[]) => [
    exe('bin/main', { needed: ['l.so'], ...spec }),
    lib('lib/l.so'),
    lib('usr/local/lib/l.so'),
    ...more,
  ];
  const inLib = cache({ name: 'l.so', path: '/lib/l.so' });
  const inLocal = cache({ name: 'l.so', path: '/usr/local/lib/l.so' });
  assert.deepEqual(loaded(members({})), ['/lib/l.so']);
  assert.deepEqual(missing(members({ noDefaultLib: true })), ['l.so by /bin/main']);
  assert.deepEqual(missing(members({ noDefaultLib: true }, inLib)), ['l.so by /bin/main']);
  assert.deepEqual(loaded(members({ noDefaultLib: true }, inLocal)), ['/usr/local/lib/l.so']);
  assert.deepEqual(loaded(members({ noDefaultLib: true, runpath: '/lib' })), ['/lib/l.so']);
});

test('and it is the requester’s mark that counts', () => {
  const members = [
    exe('bin/main', { needed: ['a.so', 'b.so'], noDefaultLib: true, runpath: '/d' }),
    lib('d/a.so', { needed: ['l.so'] }),
    lib('d/b.so', { needed: ['m.so'], noDefaultLib: true }),
    lib('lib/l.so'),
    lib('lib/m.so'),
  ];
  assert.deepEqual(loaded(members), ['/d/a.so', '/d/b.so', '/lib/l.so']);
  assert.deepEqual(missing(members), ['m.so by /d/b.so']);
});

test('dlopen uses its caller’s paths, and the loader never looks for itself', () => {
  const image = new Image([
    glibc(),
    exe('bin/main', { needed: ['liba.so'], runpath: '/d1' }),
    lib('d1/liba.so', { runpath: '/plugins' }),
    lib('plugins/p.so'),
    lib('lib/q.so'),
  ]);
  assert.deepEqual(image.dlopen('p.so', '/d1/liba.so'), ['/plugins/p.so']);
  assert.deepEqual(image.dlopen('p.so', '/bin/main'), []);
  assert.deepEqual(image.dlopen('/lib/q.so', '/bin/main'), ['/lib/q.so']);
  assert.deepEqual(image.dlopen('ld-linux-x86-64.so.2', '/bin/main'), []);
});

test('a library that no program loads is looked at as if one had opened it', () => {
  const members = [glibc(), lib('d/l.so', { needed: ['m.so', 'n.so'], runpath: '$ORIGIN' }), lib('d/m.so')];
  const result = new Image(members).library('/d/l.so');
  assert.deepEqual(
    result.edges.map(({ path, by }) => [path, by]),
    [['/d/m.so', 'd/l.so']],
  );
  assert.deepEqual(failures(result), ['n.so by /d/l.so']);
});

test('without a loader in the image the usual directories are tried', () => {
  const image = new Image([exe('bin/main', { needed: ['l.so'] }), lib('usr/lib64/l.so')]);
  assert.deepEqual(
    image.program().edges.map(({ path }) => path),
    ['/usr/lib64/l.so'],
  );
});

test('libraries for another architecture’s loader, big endian, through an absolute link', () => {
  const s390 = { machine: 22, byteOrder: 'big' } as const;
  const image = new Image([
    file('usr/lib/ld64.so.1', buildElf({ ...s390, soname: 'ld64.so.1', strings: ['/lib/s390x-linux-gnu/', '/lib/'] })),
    symlink('lib', '/usr/lib'),
    exe('bin/main', { ...s390, interpreter: '/lib/ld64.so.1', needed: ['l.so'] }),
    lib('usr/lib/l.so'),
    lib('usr/lib/s390x-linux-gnu/l.so', s390),
    lib('usr/lib/glibc-hwcaps/z15/l.so', s390),
  ]);
  assert.deepEqual(
    image.program().edges.map(({ path }) => path),
    ['/lib/s390x-linux-gnu/l.so'],
  );
});
