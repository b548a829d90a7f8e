import type { Program, ProgramCommand, ProgramService } from './program.ts';

/** How a program's own trials are told to skinnywhale: arguments, and the text of a file for `--check-file`. */
export interface ProgramChecks {
  /** `--change` for each instruction that makes the service what the image runs by itself */
  readonly changes: readonly string[];
  /** `--probe` for each question to the service */
  readonly probes: readonly string[];
  /** YAML: the program's commands, and the service with those that talk to it */
  readonly file: string;
}

/** The checks and probes that say what a program's definition says. */
export function checksOf({ run, service }: Program): ProgramChecks {
  const checks = run.map((step) => ({ ...step, user: step.user ?? '0', exitCode: step.exitCode ?? 0 }));
  const talks = service === undefined ? [] : conversation(service);
  return {
    changes: service === undefined ? [] : instructions(service).flatMap((text) => ['--change', text]),
    probes: probesOf(service).flatMap((text) => ['--probe', text]),
    // JSON is YAML
    file: JSON.stringify([...checks, ...talks], undefined, 2),
  };
}

function instructions({ command, user, healthcheck }: ProgramService): string[] {
  return [
    `CMD ${JSON.stringify(command)}`,
    ...(user === undefined ? [] : [`USER ${user}`]),
    ...(healthcheck === undefined ? [] : [`HEALTHCHECK CMD ${JSON.stringify(healthcheck)}`]),
  ];
}

function probesOf(service: ProgramService | undefined): readonly string[] {
  return [...(service?.fetch ?? []), ...(service?.probes ?? [])];
}

/** A check has one program: a shell starts the service, and asks it as soon as it answers. */
function conversation({ command, user, talk = [] }: ProgramService): (ProgramCommand & { timeout: number })[] {
  const [first, ...others] = talk.map((step) => step.command.map(quoted).join(' '));
  if (first === undefined) return [];
  const script = [
    `${command.map(quoted).join(' ')} > /tmp/service.log 2>&1 &`,
    `until ${first} 2> /tmp/client.log; do kill -0 $! || exit 9; done`,
    ...others.map((line) => `${line}; echo "exit code $?"`),
    'kill $!; wait $!; echo "the end: $?"',
  ];
  return [{ command: ['sh', '-c', script.join('\n')], user: user ?? '0', exitCode: 0, timeout: 120 }];
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
