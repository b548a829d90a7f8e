import { access, constants, statfs } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Engine } from '../engine/client.ts';
import { connect } from '../engine/connect/connect.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import type { Ability, Diagnosis } from '../report/diagnosis.ts';
import { formatBytes } from '../report/sizes.ts';
import { whyNotLocal } from '../subject/access/overlay/locate.ts';
import { loadXattrReader } from '../subject/access/overlay/xattr.ts';

export interface ExamineOptions {
  readonly host?: string | undefined;
  /** where reports would be kept for `explain` */
  readonly reportCache?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Looks at what a run could make use of here. Changes nothing. @throws USAGE on an address that cannot be one */
export async function examineMachine(options: ExamineOptions): Promise<Diagnosis> {
  const { env, reportCache } = options;
  const found = await findEngine(options);
  const ofEngine = 'client' in found ? await engineAbilities(found) : [found];
  return {
    tool: {
      version: packageVersion(),
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    },
    engine: 'client' in found ? aboutEngine(found) : null,
    abilities: [...ofEngine, await tracing(env), await temporaryFiles(), await keptReports(reportCache)],
  };
}

async function findEngine({ host, env, signal }: ExamineOptions): Promise<Engine | Ability> {
  try {
    const client = await connect({ host, env: { ...env }, home: homedir(), signal });
    return { client, info: await client.engineInfo() };
  } catch (error) {
    if (!(error instanceof SkinnywhaleError) || !['NO_ENGINE', 'ENGINE'].includes(error.code)) throw error;
    const { message: detail, hint } = error;
    return { name: 'engine', works: false, detail, ...(hint !== undefined && { hint }) };
  }
}

function aboutEngine({ client, info }: Engine): NonNullable<Diagnosis['engine']> {
  const { version, apiVersion, storage, operatingSystem, podman } = info;
  const kind = podman ? 'podman' : 'docker';
  return { endpoint: client.endpoint, kind, version, apiVersion, storage, operatingSystem };
}

async function engineAbilities({ client, info }: Engine): Promise<Ability[]> {
  let why = whyNotLocal(client.endpoint, info);
  if (why === undefined) {
    await loadXattrReader((reason) => {
      why = reason;
    });
  }
  const isArchive = info.containerdStore || info.podman;
  return [
    { name: 'engine', works: true, detail: client.endpoint },
    { name: 'local', works: why === undefined, detail: why ?? '' },
    {
      name: 'import',
      works: !isArchive,
      detail: isArchive ? 'this engine cannot import a layer separately: images are sent as one archive' : '',
    },
  ];
}

async function tracing(env: ExamineOptions['env']): Promise<Ability> {
  for (const directory of (env['PATH'] ?? '').split(':')) {
    const path = `${directory}/strace`;
    if (directory.startsWith('/') && (await mayUse(path, constants.X_OK)))
      return { name: 'tracer', works: true, detail: path };
  }
  const hint = 'Install strace, or name an image that has it with --tracer.';
  return { name: 'tracer', works: false, detail: 'strace is not installed on this machine', hint };
}

async function temporaryFiles(): Promise<Ability> {
  const folder = tmpdir();
  const works = await mayUse(folder, constants.W_OK | constants.X_OK);
  if (!works) {
    const hint = 'Name another folder with --temp-dir or TMPDIR.';
    return { name: 'temporary-files', works, detail: `${folder} cannot be written to`, hint };
  }
  const { bavail, bsize } = await statfs(folder);
  return { name: 'temporary-files', works, detail: `${folder}, ${formatBytes(bavail * bsize)} free` };
}

async function keptReports(folder: string | undefined): Promise<Ability> {
  if (folder === undefined) {
    const detail = 'SKINNYWHALE_CACHE is off, or there is no home directory';
    return { name: 'reports', works: false, detail };
  }
  let existing = folder;
  while (existing !== dirname(existing) && !(await mayUse(existing, constants.F_OK))) existing = dirname(existing);
  const works = await mayUse(existing, constants.W_OK | constants.X_OK);
  return { name: 'reports', works, detail: works ? folder : `${existing} cannot be written to` };
}

async function mayUse(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
