import { SkinnywhaleError } from '../model/errors.ts';
import { DEFAULT_SHELL, environmentValue, type Healthcheck, type RunConfig } from '../model/image-config.ts';
import { expandWord, expandWords } from './expand.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { parsePorts } from './ports.ts';
import { checkSignal } from './signals.ts';
import {
  type Instruction,
  Malformed,
  parseInstruction,
  parseInstructions,
  parseJsonStrings,
  parsePairs,
  splitWords,
} from './syntax.ts';

/** The configuration while a list of instructions is applied to it. */
interface State {
  readonly run: RunConfig;
  /** whether the list has set Cmd: an ENTRYPOINT then leaves it alone */
  commandSet: boolean;
}

type Apply = (state: State, instruction: Instruction) => void;

const INSTRUCTIONS: Readonly<Record<string, Apply>> = {
  CMD(state, instruction) {
    state.run.Cmd = commandLine(state.run, instruction);
    // It says how Windows reads Cmd, and spoke of the old one.
    delete state.run.ArgsEscaped;
    state.commandSet = true;
  },
  ENTRYPOINT(state, instruction) {
    state.run.Entrypoint = commandLine(state.run, instruction);
    // An inherited Cmd was meant as arguments to the old entry point.
    if (!state.commandSet) delete state.run.Cmd;
  },
  ENV({ run }, { rest }) {
    const lookup = lookupIn(run);
    // All pairs see the environment as it was before the instruction.
    const pairs = parsePairs(rest).map(([key, value]) => [expandWord(key, lookup), expandWord(value, lookup)] as const);
    run.Env ??= [];
    for (const [key, value] of pairs) {
      const at = run.Env.findIndex((entry) => entry.split('=', 1)[0] === key);
      if (at < 0) run.Env.push(`${key}=${value}`);
      else run.Env[at] = `${key}=${value}`;
    }
  },
  LABEL({ run }, { rest }) {
    const lookup = lookupIn(run);
    const labels = parsePairs(rest).map(
      ([key, value]) => [expandWord(key, lookup), expandWord(value, lookup)] as const,
    );
    run.Labels = { ...run.Labels, ...Object.fromEntries(labels) };
  },
  EXPOSE({ run }, { rest }) {
    const ports = splitWords(some(rest)).flatMap((word) => expandWords(word, lookupIn(run)).flatMap(parsePorts));
    run.ExposedPorts = { ...run.ExposedPorts, ...asKeys(ports) };
  },
  USER({ run }, { rest }) {
    const user = expandWord(some(rest), lookupIn(run));
    if (user === '') throw new Malformed('the user is empty once its variables are replaced');
    run.User = user;
  },
  VOLUME({ run }, { rest }) {
    const words = parseJsonStrings(rest) ?? splitWords(rest);
    if (words.length === 0) throw new Malformed('it needs at least one argument');
    const volumes = words.map((word) => expandWord(word.trim(), lookupIn(run)));
    if (volumes.includes('')) throw new Malformed('a volume is an empty string');
    run.Volumes = { ...run.Volumes, ...asKeys(volumes) };
  },
  WORKDIR({ run }, { rest }) {
    const wanted = expandWord(some(rest), lookupIn(run));
    if (wanted === '') throw new Malformed('the directory is empty once its variables are replaced');
    run.WorkingDir = wanted.startsWith('/') ? wanted : lexicalJoin(run.WorkingDir ?? '', wanted);
  },
  HEALTHCHECK({ run }, instruction) {
    run.Healthcheck = parseHealthcheck(instruction);
  },
  STOPSIGNAL({ run }, { rest }) {
    run.StopSignal = checkSignal(expandWord(some(rest), lookupIn(run)));
  },
  SHELL({ run }, { rest }) {
    const words = parseJsonStrings(some(rest));
    if (words === undefined) throw new Malformed('it takes a JSON array: SHELL ["/bin/bash", "-c"]');
    if (words.length === 0) throw new Malformed('it needs at least one argument');
    run.Shell = words;
  },
  ONBUILD({ run }, { original }) {
    const trigger = parseInstruction(some(original));
    if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.name))
      throw new Malformed(`${trigger.name} cannot be a trigger`);
    if (!TRIGGERS.has(trigger.name)) throw new Malformed(`${JSON.stringify(trigger.name)} is not an instruction`);
    parseJsonStrings(trigger.rest);
    run.OnBuild = [...(run.OnBuild ?? []), original];
  },
};

/** Those whose variables are replaced; a command's are its shell's business. */
const EXPANDED = new Set(['ENV', 'LABEL', 'EXPOSE', 'USER', 'VOLUME', 'WORKDIR', 'STOPSIGNAL']);
const TRIGGERS = new Set([...Object.keys(INSTRUCTIONS), 'ADD', 'ARG', 'COPY', 'RUN']);

/**
 * The configuration `run`, changed by Dockerfile instructions as `docker commit --change` does it
 * (moby builder/dockerfile/dispatchers.go and daemon/commit.go); `run` itself stays as it is.
 *
 * More than engine 20.10 takes STOPSIGNAL (as engines from 23 on do), SHELL, and what later engines understand.
 * Where `docker commit` does nothing and says nothing, this does what the instruction says (`ENTRYPOINT []`, `CMD []`: cleared),
 * or refuses it (no arguments, text after a JSON array, a user that comes out empty).
 * @param instructions each one instruction, or several lines as in a Dockerfile
 * @throws USAGE naming the instruction
 */
export function applyChanges(run: RunConfig, instructions: readonly string[]): RunConfig {
  const state: State = { run: structuredClone(run), commandSet: false };
  for (const instruction of instructions.flatMap(parseSome)) applyOne(state, instruction);
  if (state.run.Healthcheck !== undefined) state.run.Healthcheck = inherited(state.run.Healthcheck, run.Healthcheck);
  if (state.run.Cmd?.length === 0) delete state.run.Cmd;
  if (state.run.Entrypoint?.length === 0) delete state.run.Entrypoint;
  return state.run;
}

/**
 * Checks instructions as far as that goes without the configuration that they change:
 * where variables will be replaced, what comes of them is not known yet, and only the instruction's name is checked.
 * @throws USAGE as {@link applyChanges} would
 */
export function checkChanges(instructions: readonly string[]): void {
  for (const instruction of instructions.flatMap(parseSome)) {
    const open = EXPANDED.has(instruction.name) && instruction.rest.includes('$');
    if (!open) applyOne({ run: {}, commandSet: false }, instruction);
  }
}

function parseSome(text: string): Instruction[] {
  const parsed = parseInstructions(text);
  if (parsed.length === 0) throw usage('an instruction is empty');
  return parsed;
}

function applyOne(state: State, instruction: Instruction): void {
  const { name } = instruction;
  const apply = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
  if (apply === undefined) throw usage(`${JSON.stringify(name)} is not an instruction that changes a configuration`);
  try {
    const [flag] = instruction.flags;
    if (flag !== undefined && name !== 'HEALTHCHECK' && name !== 'ONBUILD')
      throw new Malformed(`it takes no flags (--${flag[0]})`);
    apply(state, instruction);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw usage(`${name} ${instruction.original}`.trim(), error.message);
  }
}

function usage(subject: string, problem?: string): SkinnywhaleError {
  return new SkinnywhaleError(
    'USAGE',
    problem === undefined ? `--change: ${subject}` : `--change: in \`${subject}\`: ${problem}`,
    {
      hint: `One of ${Object.keys(INSTRUCTIONS).join(', ')}, as in a Dockerfile: --change 'CMD ["java", "-version"]'.`,
    },
  );
}

/** CMD's or ENTRYPOINT's command: a JSON array as it is, anything else through the shell. */
function commandLine(run: RunConfig, { rest }: Instruction): string[] {
  return parseJsonStrings(some(rest)) ?? [...(run.Shell ?? DEFAULT_SHELL), rest];
}

/** What a new health check leaves open, it takes from the one before: `docker commit` merges the two. */
function inherited(now: Healthcheck, before: Healthcheck | undefined): Healthcheck {
  return { ...before, ...now };
}

function lookupIn(run: RunConfig): (name: string) => string | undefined {
  return (name) => environmentValue(run, name);
}

function some(text: string): string {
  if (text === '') throw new Malformed('it needs an argument');
  return text;
}

function asKeys(names: readonly string[]): Record<string, Record<string, never>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** An absolute path with `.` and `..` resolved as text, which is what engines do here (Go's path.Join). */
function lexicalJoin(base: string, relative: string): string {
  const parts: string[] = [];
  for (const part of `${base}/${relative}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
