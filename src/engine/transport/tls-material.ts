import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { TlsMaterial } from './types.ts';

/** ca.pem, cert.pem and key.pem of a folder, as far as they are there. @throws USAGE on one that cannot be read */
export async function readTlsFolder(folder: string): Promise<Omit<TlsMaterial, 'verify'>> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => read(join(folder, name))));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/**
 * The TLS settings that the environment asks for with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or undefined where it
 * asks for none: the rules of Docker's own client (`FromEnv` in docker/client), with ~/.docker as the default folder.
 */
export async function tlsFromEnvironment(env: NodeJS.ProcessEnv, home: string): Promise<TlsMaterial | undefined> {
  const verify = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const folder = env['DOCKER_CERT_PATH'] ?? '';
  if (!verify && folder === '') return undefined;
  const material = await readTlsFolder(folder === '' ? join(home, '.docker') : folder);
  if (folder !== '' && Object.keys(material).length === 0) {
    throw new SkinnywhaleError('USAGE', `DOCKER_CERT_PATH: there is no ca.pem, cert.pem or key.pem in ${folder}`);
  }
  return { ...material, verify };
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SkinnywhaleError('USAGE', `cannot read the TLS file ${path}: ${code}`, { cause });
  }
}
