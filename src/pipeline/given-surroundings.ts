import type { ContainerLimits } from '../engine/container-spec.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { variable } from '../model/image-config.ts';
import type { ResolvedOptions } from '../options.ts';
import { DEFAULT_LIMITS, type Surroundings } from '../proof/container-run/surroundings.ts';
import { givenText } from './given-file.ts';

/** What the caller gives to all checks and probes. */
export type GivenSurroundings = Pick<Surroundings, 'env' | 'volumes' | 'limits'>;

/** @throws USAGE */
export async function givenSurroundings(options: ResolvedOptions): Promise<GivenSurroundings> {
  const files = await Promise.all(options.checkEnvFiles.map(linesOf));
  const entries = [...files.flat(), ...options.checkEnv].flatMap((entry) => variableOf(entry, options.env));
  return {
    env: Object.fromEntries(entries),
    volumes: options.checkVolumes.map(volumeOf),
    limits: limitsOf(options),
  };
}

function limitsOf({ checkMemory, checkPids, checkPrivileges }: ResolvedOptions): ContainerLimits {
  return {
    memory: checkMemory === undefined ? DEFAULT_LIMITS.memory : bytesOf(checkMemory),
    pids: checkPids === undefined ? DEFAULT_LIMITS.pids : countOf(checkPids),
    newPrivileges: checkPrivileges,
  };
}

const UNITS: { readonly [unit: string]: number } = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** As docker's `--memory` takes it; engines refuse less than 6 MB. */
function bytesOf(text: string): number | undefined {
  if (text === 'none') return undefined;
  const [, number = '', unit = ''] = /^(\d{1,15})([bkmg]?)b?$/i.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? 0);
  if (number !== '' && bytes >= 6 * 2 ** 20) return bytes;
  throw invalid('--check-memory', text, 'a size such as 512m or 8g, of at least 6m, or none');
}

function countOf(text: string): number | undefined {
  if (text === 'none') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid('--check-pids', text, 'a number, or none');
}

/** A volume's data is the same for both sides as long as neither changes it. */
function volumeOf(text: string): string {
  const [source = '', target = '', mode, ...more] = text.split(':');
  if (source === '' || !target.startsWith('/') || more.length > 0) {
    throw invalid('--check-volume', text, '/here:/there, or volume:/there, with :rw where it is to be written to');
  }
  return mode === undefined ? `${text}:ro` : text;
}

/** A name alone stands for the caller's own variable, if there is one. */
function variableOf(entry: string, own: ResolvedOptions['env']): (readonly [string, string])[] {
  const [name, value] = variable(entry);
  if (!/^[^=\0\s]+$/.test(name)) throw invalid('--check-env', name, 'NAME=value, or NAME');
  if (entry.includes('=')) return [[name, value]];
  const found = own[name];
  return found === undefined ? [] : [[name, found]];
}

/** Bytes of a file of variables: the kernel takes no more of them all. */
const MOST_VARIABLES = 2e6;

/** As docker's `--env-file`: one variable a line, no quotes, `#` begins a comment. */
async function linesOf(path: string): Promise<string[]> {
  const text = await givenText(path, 'variables', MOST_VARIABLES);
  const lines = text.split(/\r?\n/).map((line) => line.trimStart());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function invalid(option: string, text: string, wanted: string): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', `${option}: ${JSON.stringify(text)} is not valid; it takes ${wanted}`);
}
