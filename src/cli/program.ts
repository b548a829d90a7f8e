import { Command, CommanderError } from 'commander';
import { SkinnywhaleError } from '../model/errors.ts';
import { packageVersion } from '../model/version.ts';
import type { OptionSpec } from '../options/option-spec.ts';
import { OPTIONS } from '../options/option-table.ts';
import type { SlimOptions } from '../options.ts';
import { addOptions, givenOptions } from './command-options.ts';
import { type Environment, reportCache } from './environment.ts';
import { type COMMANDS, commandHelp, fullHelp, shortHelp } from './help.ts';
import { VIEW_OPTIONS, type ViewOptions, viewOptions } from './view-options.ts';

/** What a command line asks for: one of the commands, or a text on stdout (help, version). */
export type Request =
  | { readonly kind: 'slim'; readonly options: SlimOptions; readonly view: ViewOptions }
  | ExplainRequest
  | { readonly kind: 'rules'; readonly view: ViewOptions }
  | DoctorRequest
  | { readonly kind: 'text'; readonly text: string };

/** `skinnywhale explain <image-or-report> <path>` */
export interface ExplainRequest {
  readonly kind: 'explain';
  /** an image or a report file */
  readonly subject: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly reportCache: string | undefined;
  readonly view: ViewOptions;
}

/** `skinnywhale doctor` */
export interface DoctorRequest {
  readonly kind: 'doctor';
  readonly host: string | undefined;
  readonly reportCache: string | undefined;
  readonly view: ViewOptions;
}

const SEE_HELP = 'See skinnywhale --help.';

/** What every command takes. */
const SHARED: readonly OptionSpec[] = [OPTIONS.host, VIEW_OPTIONS.json, VIEW_OPTIONS.debug];

/**
 * Reads a command line. A first operand that is no command's name is what the default command slims.
 * @param args without node and the script
 * @param columns the width that help is wrapped to
 * @throws USAGE
 */
export function parseCommandLine(args: readonly string[], env: Environment, columns: number): Request {
  const reader = new CommandLineReader(env, columns);
  return reader.read(args);
}

class CommandLineReader {
  readonly #env: Environment;
  readonly #columns: number;
  readonly #program: Command;
  #text = '';
  #request: Request | undefined;

  constructor(env: Environment, columns: number) {
    this.#env = env;
    this.#columns = columns;
    this.#program = this.#createProgram();
  }

  read(args: readonly string[]): Request {
    try {
      this.#program.parse(args, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode !== 0) throw usageError(error);
    }
    return this.#request ?? { kind: 'text', text: this.#text };
  }

  #createProgram(): Command {
    const program = new Command('skinnywhale')
      .exitOverride()
      .configureOutput({
        writeOut: (written) => {
          this.#text += written;
        },
        // Errors are printed by main(), all in one form.
        writeErr: () => {},
      })
      .configureHelp({ formatHelp: () => shortHelp(this.#columns) })
      .helpOption('-h, --help')
      .version(packageVersion(), '-V, --version')
      .option('--help-all')
      .on('option:help-all', () => {
        this.#request ??= { kind: 'text', text: fullHelp(this.#columns) };
      });
    addOptions(program, SHARED);
    this.#addSlim(program);
    this.#addExplain(program);
    this.#addCommand(program, 'rules').action((_, command: Command) =>
      this.#set({ kind: 'rules', ...this.#of(command) }),
    );
    this.#addCommand(program, 'doctor').action((_, command: Command) => {
      const { host } = command.optsWithGlobals<{ host?: string }>();
      this.#set({ kind: 'doctor', host, reportCache: reportCache(this.#env), ...this.#of(command) });
    });
    return program;
  }

  #addSlim(program: Command): void {
    const command = program
      .command('slim', { isDefault: true })
      .argument('[subject]')
      .allowExcessArguments(false)
      // As the first releases had it.
      .option('--rules');
    const shared = new Set(SHARED);
    addOptions(
      command,
      [...Object.values<OptionSpec>(OPTIONS), VIEW_OPTIONS.quiet].filter((spec) => !shared.has(spec)),
    );
    command.action((subject: string | undefined, parsed: { rules?: true }) => {
      if (parsed.rules === true) return this.#rulesByOption(subject, command);
      if (this.#request !== undefined) return;
      if (subject === undefined) throw noSubject();
      const given = givenOptions(command.optsWithGlobals(), this.#env);
      const options = { subject, ...given, reportCache: reportCache(this.#env), env: this.#env };
      this.#set({ kind: 'slim', options, ...this.#of(command) });
    });
  }

  #addExplain(program: Command): void {
    const command = this.#addCommand(program, 'explain').arguments('[operands...]');
    command.action((operands: readonly string[]) => {
      const [subject, path, ...others] = operands;
      if (subject === undefined || path === undefined || others.length > 0) {
        throw new SkinnywhaleError('USAGE', 'explain takes an image or a report, and a path', {
          hint: 'Usage: skinnywhale explain <image-or-report> <path>. See skinnywhale explain --help.',
        });
      }
      const { host } = command.optsWithGlobals<{ host?: string }>();
      this.#set({ kind: 'explain', subject, path, host, reportCache: reportCache(this.#env), ...this.#of(command) });
    });
  }

  #addCommand(program: Command, name: keyof typeof COMMANDS): Command {
    return program
      .command(name)
      .allowExcessArguments(false)
      .configureHelp({ formatHelp: () => commandHelp(name, SHARED, this.#columns) });
  }

  #rulesByOption(operand: string | undefined, command: Command): void {
    if (operand !== undefined) {
      throw new SkinnywhaleError('USAGE', `--rules lists the rules, and takes no ${JSON.stringify(operand)}`, {
        hint: 'To switch a rule: --rule +name or --rule -name.',
      });
    }
    this.#set({ kind: 'rules', ...this.#of(command) });
  }

  #of(command: Command): { view: ViewOptions } {
    return { view: viewOptions(command.optsWithGlobals(), this.#env) };
  }

  /** Whoever asks for help gets no more. */
  #set(request: Request): void {
    this.#request ??= request;
  }
}

/** Commander's complaint as ours: its suggestion becomes the hint. */
function usageError(error: CommanderError): SkinnywhaleError {
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\(|\)$/g, '')} `;
  return new SkinnywhaleError('USAGE', message, { hint: meant + SEE_HELP });
}

function noSubject(): SkinnywhaleError {
  return new SkinnywhaleError('USAGE', 'no container or image given', {
    hint: `Usage: skinnywhale [options] <container or image>. ${SEE_HELP}`,
  });
}
