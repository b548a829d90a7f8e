import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, file, program, type TarMember, tar } from '../../builders/tar.ts';
import { binaryDocker } from '../cases/binary-docker.ts';
import { nothingIsLeft, openLab } from '../cases/lab.ts';
import { readArchive } from '../cases/tree.ts';
import { changesOf, exportOf, readDirectly, treeOf } from './export.ts';

const lab = await openLab('overlay');

/** Why an engine that somebody else provides may be none whose layers can be read here. */
const NOT_LOCAL =
  /no file that names owners|over (tcp|ssh)|not Linux|only root|another machine|Podman|containerd|driver is|native overlay|owners|not on this machine|does not say in which/;

/** Every odd name, owner, time, mode and kind of file. */
const ODD = `
mkdir -p /o; cd /o
long() { perl -e "print '$1' x $2"; }
for length in 90 97 98 99 100 120 200 255; do echo x > $(long x $length); done
deep=$(long d 97); mkdir -p $deep/$deep/$deep; echo 1 > $deep/$deep/$deep/f; echo 2 > $deep/f
mkdir -p $(long e 95)/eee/ff $(long g 96)/sub $(long h 97); echo 1 > $(long g 96)/s; echo 1 > $(long h 97)/s
echo x > "$(printf 'uml\\303\\244ut')"; mkdir "$(printf 'd\\303\\257r')"; echo y > "$(printf 'd\\303\\257r')/a"
echo z > "$(printf 'bad\\377\\200name')"; echo z > "$(printf 'bad\\376\\200name')"; echo n > "$(printf 'new\\nline')"
ln -s "$(printf 'bad\\377')" bad-target; ln -s $(long t 100) l100; ln -s $(long t 101) l101; ln -s ../a//b/ dots
mkfifo fifo; ln fifo fifo-too; mknod c c 1 3; mknod b b 259 300; mknod big c 4095 1048575
echo hard > h1; ln h1 h2; mkdir aa; ln h1 aa/h0; ln -s target s1; ln s1 s2
mkdir modes ids times
for mode in 0000 0400 1755 2755 4755 6711 7777; do echo $mode > modes/$mode; chmod $mode modes/$mode; done
for id in 5 2097151 2097152 4294967294; do
  echo > ids/u$id; chown $id:0 ids/u$id; mkdir ids/d$id; chown $id:$id ids/d$id; ln -s x ids/l$id; chown -h 0:$id ids/l$id
done
for time in -86400 -1 0 1 8589934591 8589934592; do echo > times/t$time; touch -d @$time times/t$time; done
touch -d @-1.5 times/before; touch -d @1577836800.999999999 times/nines; mkdir times/d; touch -d @-5 times/d
head -c 512 /dev/zero > block; head -c 131072 /dev/zero > edge; head -c 3000001 /dev/urandom > large; : > empty
dd if=/dev/null of=sparse bs=1M seek=20 2> /dev/null
perl -e 'socket(S, 1, 1, 0); bind(S, pack("Sa*", 1, "socket")) or die $!'
echo 'me:x:5:5::/:' >> /etc/passwd; echo 'us:x:5:' >> /etc/group
`;

/** Every way to change what the image has below /t, which is made by BEFORE. */
const BEFORE = `
mkdir -p /t/kept/in /t/emptied/in /t/again/in /t/to-file/in /t/mode /t/touched /t/copied /t/moved/in /deep/er /sockets
cd /t
for name in kept/in/f emptied/in/f again/old again/in/f to-file/in/f to-directory moded timed resized same to-link gone; do
  echo $name > $name; touch -d @1000000000 $name
done
echo 1 > copied/f; echo 1 > moved/in/f; echo 1 > hard1; ln hard1 hard2; echo 1 > linked; ln -s a link; mkfifo pipe
echo 1 > "$(printf 'x\\377')"; echo 1 > "$(printf 'x\\376')"; echo 1 > /t/owned; echo 1 > /t/capable; echo 1 > /deep/er/f
`;
const AFTER = `
cd /t
rm -r emptied; mkdir emptied; rm -r again; mkdir -p again/in; echo new > again/new; rm -r to-file; echo file > to-file
rm to-directory; mkdir to-directory; echo x > to-directory/x; chmod 600 moded; touch timed; echo longer >> resized
cat same > /copy; cat /copy > same; touch -d @1000000000 same; rm /copy; rm to-link; ln -s x to-link; rm gone
chmod 700 mode; touch touched; touch -r copied/f /stamp; cat copied/f > /copy; cat /copy > copied/f; touch -r /stamp copied/f
rm /copy /stamp; mv moved moved-away 2> /dev/null || { cp -a moved moved-away; rm -r moved; }
echo 2 >> hard1; ln linked linked-too; rm link; ln -s b link; echo 2 > "$(printf 'x\\377')"; chown 7:8 owned
echo 1 > /t/.hidden; rm -r /deep; rm pipe; mknod pipe c 1 3
cd /sockets; perl -e 'socket(S, 1, 1, 0); bind(S, pack("Sa*", 1, "socket")) or die $!'
`;

/** `struct vfs_cap_data` of revision 2 and `vfs_ns_cap_data` of revision 3 (linux/capability.h), with cap_setuid. */
const PLAIN = Buffer.from('0100000280000000000000000000000000000000', 'hex').toString('latin1');
const NAMESPACED = Buffer.from('010000038000000000000000000000000000000064000000', 'hex').toString('latin1');
const CAPABLE: readonly TarMember[] = [
  program('t/capable', '1\n', { capability: PLAIN }),
  program('caps/plain', 'x', { capability: PLAIN }),
  program('caps/namespaced', 'x', { capability: NAMESPACED }),
  file(`caps/${'c'.repeat(120)}`, 'x', { capability: PLAIN, uid: 3_000_000 }),
];

interface Subject {
  readonly what: string;
  /** names of the container and of the image that it was made from */
  make(): Promise<{ container: string; image: string }>;
}

/** An image of two more layers, with deletions and a directory made anew in them. */
async function layered(): Promise<string> {
  const first = await lab.containerAfter(await lab.shellImage(), BEFORE);
  const below = lab.imageName();
  await lab.docker.docker(['commit', first, below]);
  const second = await lab.containerAfter(
    below,
    'rm -r /t/kept/in; mkdir /t/kept/in; echo 2 > /t/kept/in/g; echo 2 > /t/linked',
  );
  const image = lab.imageName();
  await lab.docker.docker(['commit', second, image]);
  return image;
}

const SUBJECTS: Subject[] = [
  {
    what: 'odd files',
    async make() {
      const image = await lab.shellImage();
      const container = await lab.containerAfter(image, ODD);
      await binaryDocker(lab.docker, ['cp', '-', `${container}:/`], tar([directory('t'), ...CAPABLE]));
      return { container, image };
    },
  },
  {
    what: 'every kind of change over several layers, and mounts',
    async make() {
      const image = await layered();
      const mounts = ['-v', '/vol', '-v', '/new/deep/vol', '-v', '/t/kept', '--tmpfs', '/tmpfs'];
      const container = await lab.containerAfter(image, AFTER, ...mounts);
      await binaryDocker(lab.docker, ['cp', '-', `${container}:/`], tar(CAPABLE));
      return { container, image };
    },
  },
  {
    what: 'a whole Debian, at work',
    async make() {
      const image = await lab.engine.baseImage();
      const script =
        'useradd --create-home worker; cp -a /usr/lib/apt /opt; rm -r /usr/share/doc /var/cache; ldconfig; apt-mark hold apt';
      return { image, container: await lab.containerAfter(image, script) };
    },
  },
];

/** Account files as nobody has them, by which an engine names owners. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  'lead nowhere, or are directories': 'rm -f /etc/passwd /etc/group; ln -s /none /etc/passwd; mkdir /etc/group',
  'are links to themselves, or to elsewhere':
    'rm /etc/passwd; ln -s passwd /etc/passwd; rm -f /etc/group; mkdir -p /opt; echo us:x:5: > /opt/g; ln -s ../opt/g /etc/group',
  'have ten megabytes': `
for file in passwd group; do perl -e 'print "u$_:x:$_:$_::/:\\n" for 1000000..1400000' >> /etc/$file; done`,
};

for (const [how, script] of Object.entries(ACCOUNTS)) {
  SUBJECTS.push({
    what: `account files that ${how}`,
    async make() {
      const image = await lab.shellImage();
      const owned =
        'mkdir /o; for id in 0 1 2 3 4 5 6 7 8 9 1000000 1400000; do echo > /o/$id; chown $id:$id /o/$id; done';
      return { image, container: await lab.containerAfter(image, `${owned}; ${script}`) };
    },
  });
}

for (const { what, make } of SUBJECTS) {
  const { container, image } = await make();

  test(`${what}: the files are those of the export, byte for byte`, async () => {
    const direct = await readDirectly(lab.engine, container);
    if ('reason' in direct) return assert.match(direct.reason, NOT_LOCAL);
    await using snapshot = direct;
    const [found, expected] = [await exportOf(snapshot), await binaryDocker(lab.docker, ['export', container])];
    if (!found.equals(expected)) assert.deepEqual(describeArchive(found), describeArchive(expected));
    assert.ok(found.equals(expected));
  });

  test(`${what}: the changes are those that the engine tells`, async () => {
    const direct = await readDirectly(lab.engine, container);
    if ('reason' in direct) return assert.match(direct.reason, NOT_LOCAL);
    await using snapshot = direct;
    const unchanged = await lab.containerWith(image, []);
    const told = await changesOf(lab.engine, container, {
      tree: treeOf(await binaryDocker(lab.docker, ['export', container])),
      parent: treeOf(await binaryDocker(lab.docker, ['export', unchanged])),
    });
    assert.ok([...told.changed.keys()].length > 10);
    assert.deepEqual([...snapshot.changed.keys()], [...told.changed.keys()]);
  });
}

/** For people, where two archives are not the same. */
function describeArchive(archive: Buffer): string[] {
  const { tree, headers } = readArchive(archive);
  return [...tree].map(([path, node]) => `${path} ${headers.get(path)?.toString('latin1')} ${node.content.length}`);
}

test('a running container is left to the engine, unless it is paused', async () => {
  const container = await lab.runningAfter(await lab.shellImage(), 'echo text > /f');
  const running = await readDirectly(lab.engine, container);
  assert.ok('reason' in running);
  if (!NOT_LOCAL.test(running.reason)) assert.match(running.reason, /the container is running/);
  await lab.docker.docker(['pause', container]);
  try {
    const direct = await readDirectly(lab.engine, container);
    if ('reason' in direct) return assert.match(direct.reason, NOT_LOCAL);
    await using snapshot = direct;
    assert.deepEqual([...snapshot.changed.keys()], ['f']);
  } finally {
    await lab.docker.docker(['unpause', container]);
  }
});

test('a container without changes is nothing to slim', async () => {
  const image = await lab.shellImage();
  const untouched = await lab.containerWith(image, []);
  const emptied = await lab.containerAfter(image, 'rm /etc/os-release');
  const direct = await readDirectly(lab.engine, await lab.containerAfter(image, 'echo > /f'));
  if ('reason' in direct) return assert.match(direct.reason, NOT_LOCAL);
  await direct[Symbol.asyncDispose]();
  await assert.rejects(readDirectly(lab.engine, untouched), /nothing in it differs/);
  await assert.rejects(readDirectly(lab.engine, emptied), /only in deleted files/);
});

nothingIsLeft(lab);
