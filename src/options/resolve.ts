import { checkChanges } from '../dockerfile/change-instruction.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import { formatReference, parseReference } from '../model/image-reference.ts';
import { checkContainerName, parseOutput, parseSubjectName, type SubjectName } from '../model/subject-name.ts';
import type { ResolvedOptions, SlimOptions } from '../options.ts';
import type { Count, OptionSpec } from './option-spec.ts';
import { OPTION_ROWS, type OptionName } from './option-table.ts';

/** Checks what can be checked before any request. @throws USAGE */
export function resolveOptions(options: SlimOptions): ResolvedOptions {
  const subject = subjectOf(options);
  const rows = OPTION_ROWS.map(([name, spec]) => [name, resolved(spec, options[name])]);
  // Each row's kind of value is the one that its option has: see the table's type.
  const values = Object.fromEntries(rows) as Omit<Pick<ResolvedOptions, OptionName>, 'output'>;
  if (values.report === '' || values.report === '-') {
    throw new SkinnywhaleError('USAGE', 'the report needs the name of a file', {
      hint: 'On standard output there is the summary of it, with --json.',
    });
  }
  // Malformed instructions are reported before anything else is done; the real config is worked out later.
  checkChanges(values.change);
  return {
    ...values,
    subject,
    output: options.output === undefined ? undefined : parseOutput(options.output),
    tag: values.tag === undefined ? undefined : formatReference(parseReference(values.tag)),
    reportCache: options.reportCache,
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => {}),
    env: options.env ?? process.env,
  };
}

function subjectOf({ subject, container }: SlimOptions): SubjectName {
  if (container !== undefined && subject !== undefined) {
    throw new SkinnywhaleError('USAGE', 'both a subject and a container are given', { hint: 'Give one of them.' });
  }
  if (container !== undefined) return { kind: 'container', text: checkContainerName(container) };
  return parseSubjectName(subject ?? '');
}

/** What was given, or the default. @throws USAGE where the option can't have such a value */
function resolved(spec: OptionSpec, given: unknown): unknown {
  const refuse = (hint: string): SkinnywhaleError =>
    new SkinnywhaleError('USAGE', `--${spec.flag}: ${JSON.stringify(given)} is not possible`, { hint });
  switch (spec.kind) {
    case 'switch':
      return given ?? spec.default;
    case 'text':
      return given;
    case 'list':
      return given ?? [];
    case 'count':
      if (given !== undefined && !isCount(given, spec)) throw refuse(`Give a number up to ${spec.most}.`);
      return given ?? spec.default;
    case 'choice':
      if (given !== undefined && !isOneOf(given, spec.choices)) throw refuse(`Give ${spec.choices.join(', ')}.`);
      return given ?? spec.default;
    case 'level':
      if (given !== undefined && !isOneOf(given, spec.choices)) throw refuse(`Give ${spec.choices.join(', ')}.`);
      return given;
    case 'subset':
      if (given !== undefined && !(Array.isArray(given) && given.every((one) => isOneOf(one, spec.choices))))
        throw refuse(`Give some of ${spec.choices.join(', ')}.`);
      return given ?? spec.default;
  }
}

function isOneOf(value: unknown, choices: readonly string[]): boolean {
  return typeof value === 'string' && choices.includes(value);
}

function isCount(value: unknown, { most, fraction = false }: Pick<Count, 'most' | 'fraction'>): boolean {
  if (typeof value !== 'number' || !(value <= most)) return false;
  return fraction ? value > 0 : Number.isInteger(value) && value >= 0;
}
