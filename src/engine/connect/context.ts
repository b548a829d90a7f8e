import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SkinnywhaleError } from '../../model/errors.ts';
import { readTlsFolder } from '../transport/tls-material.ts';
import type { Endpoint, TlsMaterial } from '../transport/types.ts';
import { parseAddress } from './parse-address.ts';

/**
 * The engine of the docker context in use: DOCKER_CONTEXT, or `currentContext` of the docker command's config.json.
 * undefined where none is in use or it is the one called "default", which has no files.
 * Where contexts are kept: docker/cli, cli/context/store/doc.go.
 * @throws USAGE where the context named does not exist or has no usable address
 */
export async function contextEndpoint(env: NodeJS.ProcessEnv, home: string): Promise<Endpoint | undefined> {
  const configFolder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] || (await currentContext(join(configFolder, 'config.json')));
  if (name === undefined || name === 'default') return undefined;

  const origin = `context ${JSON.stringify(name)}`;
  const hash = createHash('sha256').update(name).digest('hex');
  const docker = await readContext(join(configFolder, 'contexts', 'meta', hash, 'meta.json'), origin);
  const files = await readTlsFolder(join(configFolder, 'contexts', 'tls', hash, 'docker'));
  const verify = docker.SkipTLSVerify !== true;
  const tls: TlsMaterial | undefined = Object.keys(files).length > 0 || !verify ? { ...files, verify } : undefined;
  return { url: docker.Host, origin, address: parseAddress(docker.Host, origin, tls) };
}

/** A config.json that is missing or broken names no context; the docker command, too, goes on without it. */
async function currentContext(configFile: string): Promise<string | undefined> {
  try {
    const config = JSON.parse(await readFile(configFile, 'utf8')) as { currentContext?: unknown } | null;
    const name = config?.currentContext;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

async function readContext(file: string, origin: string): Promise<{ Host: string; SkipTLSVerify?: unknown }> {
  const hint = 'See `docker context ls`, or name an engine with --host.';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SkinnywhaleError('USAGE', `there is no docker ${origin}`, { hint, cause });
  }
  try {
    const meta = JSON.parse(text) as { Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } } | null;
    const docker = meta?.Endpoints?.docker;
    if (typeof docker?.Host === 'string') return { Host: docker.Host, SkipTLSVerify: docker.SkipTLSVerify };
  } catch (cause) {
    throw new SkinnywhaleError('USAGE', `the docker ${origin} cannot be read: ${file}`, { hint, cause });
  }
  throw new SkinnywhaleError('USAGE', `the docker ${origin} names no engine: ${file}`, { hint });
}
