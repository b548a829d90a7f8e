import type { Engine } from '../../fixture/engine.ts';
import { binaryDocker } from './binary-docker.ts';
import { readArchive } from './tree.ts';

/** What scripts in the tests call, besides what the shell has built in. */
const PROGRAMS =
  'cat chmod chown cp dash dd head ln ls mkdir mkfifo mknod mv perl readlink rm rmdir sh sleep stat tar touch true';

/**
 * Of the base image: these programs with their libraries, the links of a merged /usr, and the directories that every
 * system has. A tenth of its size, which makes every case faster.
 */
const SCRIPT = `
cd /
programs=$(for name in ${PROGRAMS}; do echo /usr/bin/$name; done)
{
  echo "$programs"
  for each in $(ldd $programs 2>/dev/null | grep -o '/lib[^ ]*' | sort -u); do
    readlink -f "$each"
    echo "$(readlink -f "$(dirname "$each")")/$(basename "$each")"
  done
  ls -d /bin /sbin /lib* /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache /etc/os-release
  ls -d /usr/lib/os-release /var/run /var/lock
  find /dev /home /root /run /tmp /usr /etc /var -maxdepth 2 -type d
  find /usr/lib -maxdepth 1 -type d
} | sort -u > /tmp/list
tar --create --no-recursion --numeric-owner --file /small.tar --files-from /tmp/list
`;

/** Makes an image with a shell and a few programs, under the name `reference`. */
export async function makeShellImage(engine: Engine, reference: string): Promise<void> {
  const { docker } = engine;
  const container = await docker.start(await engine.baseImage());
  try {
    await docker.sh(container, SCRIPT);
    // what docker cp gives is an archive with the file in it
    const copied = await binaryDocker(docker, ['cp', `${container}:/small.tar`, '-']);
    const small = readArchive(copied).tree.get('small.tar');
    if (small === undefined) throw new Error('the files of the small image are missing');
    const layer = Buffer.from(small.content, 'latin1');
    await binaryDocker(docker, ['import', '--change', 'CMD ["sh"]', '-', reference], layer);
  } finally {
    await docker.remove({ containers: [container] });
  }
}
