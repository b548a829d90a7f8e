/**
 * `npm run demo`: Python and a small program of one's own in a container, made skinny, and run from the skinny image.
 * Needs a Docker engine, or Debian or Ubuntu as root, where it starts one of its own. It removes all that it makes.
 */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type Engine, provideEngine } from '../test/fixture/engine.ts';
import { interruptSignal } from '../test/fixture/interrupt.ts';

const COMMAND = fileURLToPath(new URL('../bin/skinnywhale.js', import.meta.url));
const REGISTRY = 'https://registry-1.docker.io/v2/';
const REGISTRY_IMAGE = 'debian:bookworm';

/** What the container is for: compiled modules of the standard library, TLS certificates, a user, a subprocess. */
const APP = `
import lzma, platform, pwd, sqlite3, ssl, subprocess, sys
text = b"krill " * 100000
print("python ", platform.python_version())
print("sqlite ", sqlite3.connect(":memory:").execute("select 'a whale that eats ' || sqlite_version()").fetchone()[0])
print("lzma   ", len(text), "->", len(lzma.compress(text)), "bytes")
print("tls    ", len(ssl.create_default_context().get_ca_certs()), "trusted certificates")
print("user   ", pwd.getpwnam("nobody").pw_name)
print("child  ", subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip())
`;
const RUN_APP = ['python3', '/app/whale.py'];

async function main(signal: AbortSignal): Promise<void> {
  await execa(process.execPath, [COMMAND, '--version']); // says so at once where it is not built
  await using engine = await provideEngine({ signal });
  const { docker } = engine;
  const name = `python-${engine.run}`;
  const fat = docker.imageName('fat');
  const skinny = `skinny-${name}`;
  try {
    const parent = await parentImage(engine);
    signal.throwIfAborted();

    say(`a container of ${parent}, with python3 and a program in it`);
    await docker.start(parent, { network: 'host', args: ['--name', name] });
    await docker.sh(
      name,
      `export DEBIAN_FRONTEND=noninteractive
       apt-get update -qq
       apt-get install -y -qq --no-install-recommends python3 ca-certificates`,
    );
    await docker.write(name, '/app/whale.py', APP);
    await docker.docker(['kill', name]);
    signal.throwIfAborted();

    say(`skinnywhale ${name}`);
    const start = performance.now();
    const slimmed = await execa(process.execPath, [COMMAND, '--host', engine.host, name], {
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    signal.throwIfAborted();
    if (slimmed.exitCode !== 0) throw new Error(`skinnywhale exited with ${slimmed.exitCode}`);
    const seconds = (performance.now() - start) / 1000;

    say('the same program, from the whole container and from the skinny image');
    await docker.docker(['commit', name, fat]);
    const before = await docker.run(fat, RUN_APP);
    const after = await docker.run(skinny, RUN_APP);
    process.stdout.write(after.stdout + after.stderr);
    if (after.exitCode !== 0 || after.stdout !== before.stdout)
      throw new Error('the skinny image does not run the same');
    console.log('Both print the same.');

    say('sizes');
    const [parentBytes, fatBytes, skinnyBytes] = await Promise.all([parent, fat, skinny].map(docker.imageSize));
    row('parent image', parentBytes);
    row('docker commit (before)', fatBytes);
    row('skinnywhale (after)', skinnyBytes);
    console.log(`  ${percent(skinnyBytes, fatBytes)} of the size, in ${seconds.toFixed(1)} s`);
  } finally {
    await docker.remove({ containers: [name], images: [skinny, fat] });
  }
}

/** Debian 12: pulled where a registry answers, else made from packages. */
async function parentImage(engine: Engine): Promise<string> {
  if (await registryAnswers()) {
    say(`pulling ${REGISTRY_IMAGE}`);
    const pulled = await engine.docker.attempt(['pull', '--quiet', REGISTRY_IMAGE]);
    if (pulled.exitCode === 0) return REGISTRY_IMAGE;
    console.log(`That failed: ${pulled.stderr.trim()}`);
  }
  say('making a Debian 12 image from packages, because no registry answers');
  return engine.baseImage();
}

async function registryAnswers(): Promise<boolean> {
  try {
    // 401 without a login, which is an answer.
    const { status } = await fetch(REGISTRY, { signal: AbortSignal.timeout(3000) });
    return status < 500;
  } catch {
    return false;
  }
}

function say(what: string): void {
  console.log(`\n== ${what}`);
}

function row(what: string, bytes = 0): void {
  console.log(`  ${what.padEnd(24)}${(bytes / 1e6).toFixed(1).padStart(8)} MB`);
}

function percent(part = 0, whole = 1): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

const signal = interruptSignal();
try {
  await main(signal);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = signal.aborted ? 130 : 1;
}
