import type { DockerClient, ImageInfo } from '../../engine/client.ts';
import type { ContainerNetwork, ContainerSpec } from '../../engine/container-spec.ts';
import type { BoundedOutput } from '../../engine/transport/bounded-output.ts';
import type { FileTree } from '../../filesystem/file-tree.ts';
import type { Digest } from '../../model/digest.ts';
import { SkinnywhaleError } from '../../model/errors.ts';
import type { RunConfig } from '../../model/image-config.ts';
import { byteString } from '../../model/image-path.ts';
import { TarScanner } from '../../tar/scanner.ts';
import type { Bundle } from '../container-run/bundle.ts';
import { type RunningContainer, whileRunning } from '../container-run/lifecycle.ts';
import { containerOf as untraced } from '../container-run/runnable.ts';
import type { Surroundings } from '../container-run/surroundings.ts';
import { type ReadTrace, TraceReader } from './parse-strace.ts';
import { type TracedCommand, tracedStart, traceFile } from './strace-command.ts';

/** Where runs are traced. The client's own signal ends them; nothing is left behind. */
export interface TraceSetting {
  readonly client: DockerClient;
  /** the fat container's image */
  readonly image: Digest;
  /** its files before any run: only these are learned */
  readonly tree: FileTree;
  readonly tracer: Bundle;
  /** how it is run, in place of what the image's own configuration says: the container's state is run as the result will be */
  readonly run?: RunConfig | undefined;
  /** as for any other run of the proof; but that the tracer has to be written into the container */
  readonly surroundings?: Surroundings | undefined;
}

/** How a traced command runs; what is not given is as the image has it. */
export interface TracedSpec {
  readonly user?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly workingDir?: string | undefined;
  /** undefined: there is no input, as with `docker run` without `-i` */
  readonly stdin?: string | undefined;
  /** default: as the surroundings have it */
  readonly network?: ContainerNetwork | undefined;
}

/** What is to be run under the tracer, and where. */
export interface TracedProgram {
  readonly argv: readonly string[];
  readonly place: TracedCommand['place'];
  readonly spec: TracedSpec;
  readonly image: ImageInfo;
  readonly setting: TraceSetting;
  readonly keepsRights: boolean;
}

/** A program that runs under the tracer in a container of its own. */
export interface TracedRun {
  readonly container: RunningContainer;
  /** what the trace of a program that has ended tells. @throws FAILED where it was never started */
  trace(): Promise<ReadTrace>;
}

/** Lines of a program's last words in a message. */
const LAST_LINES = 10;

/** Starts the program; its container is removed when `use` has ended, in any case. */
export async function whileTraced<T>(program: TracedProgram, use: (run: TracedRun) => Promise<T>): Promise<T> {
  const { client, tracer } = program.setting;
  const prepare = (id: string): Promise<void> => client.putArchive(id, '/', tracer.archive());
  return await whileRunning(
    containerOf(program),
    { client, stdin: program.spec.stdin, prepare },
    async (container) => await use({ container, trace: () => readTraceOf(container.id, program) }),
  );
}

/** The image of a setting, as it is now and as it is to be run. */
export async function imageOf({ client, image, run }: TraceSetting): Promise<ImageInfo> {
  const found = await client.inspectImage(image);
  if (found !== undefined) return run === undefined ? found : { ...found, config: run };
  throw new SkinnywhaleError('FAILED', `the image ${image} that was to be traced is gone`);
}

/** What a program had to say in the end, for a message. */
export function lastLines({ kept }: BoundedOutput): string {
  const lines = kept.toString('utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  return lines === '' ? '' : `:\n${lines}`;
}

function containerOf({ argv, place, spec, image, setting, keepsRights }: TracedProgram): ContainerSpec {
  const added = Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const env = [...(image.config.Env ?? []), ...added];
  const traced = tracedStart(setting.tracer, { argv, env, place, keepsRights });
  const base = untraced(setting);
  return {
    ...base,
    entrypoint: traced.argv,
    command: [],
    user: spec.user ?? base.user,
    env: { ...base.env, ...spec.env, ...traced.env },
    workingDir: spec.workingDir ?? base.workingDir,
    network: spec.network ?? base.network,
    stdin: spec.stdin !== undefined,
    readOnly: false,
    healthcheck: 'off',
  };
}

/** The trace's file is the only one in its archive; it is read while it comes. */
async function readTraceOf(id: string, { spec, image, setting }: TracedProgram): Promise<ReadTrace> {
  const { client, tracer, tree } = setting;
  const workingDirectory = byteString(spec.workingDir ?? image.config.WorkingDir ?? '') || '/';
  const reader = new TraceReader({ tree, workingDirectory, leftOut: [tracer.folder] });
  const archive = await client.getArchive(id, traceFile(tracer));
  if (archive === undefined) return reader.end();
  const scanner = new TarScanner({ entry: () => {}, data: (piece) => reader.push(piece) });
  for await (const chunk of archive as AsyncIterable<Buffer>) scanner.push(chunk);
  scanner.end();
  return reader.end();
}
