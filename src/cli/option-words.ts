import type { OptionSpec } from '../options/option-spec.ts';

/** An option as it is typed: `-t, --tag <ref>`. */
export function optionFlags(spec: OptionSpec): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  if (spec.kind === 'switch') return `${short}--${spec.default ? 'no-' : ''}${spec.flag}`;
  return `${short}--${spec.flag}${spec.kind === 'level' ? `[=${spec.value}]` : ` <${spec.value}>`}`;
}

/** What an option does, with its choices and its default. */
export function optionMeaning(spec: OptionSpec): string {
  const [choices, remark] = [choicesOf(spec), remarkOf(spec)];
  return `${spec.help}${choices === '' ? '' : `: ${choices}`}${remark === '' ? '' : ` (${remark})`}`;
}

function choicesOf(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'choice':
      return spec.explained === true ? '' : spec.choices.join(', ');
    case 'level':
      return spec.choices.join(', ');
    case 'subset':
      return `${spec.choices.join(', ')}, or none`;
    default:
      return '';
  }
}

function remarkOf(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'list':
      return 'repeatable';
    case 'text':
      return spec.fallback === undefined ? '' : `default: ${spec.fallback}`;
    case 'level':
      return `alone: ${spec.alone}`;
    case 'subset':
      return `default: ${spec.default.join(',')}`;
    case 'choice':
    case 'count':
      return spec.default === undefined ? '' : `default: ${spec.default}`;
    case 'switch':
      return '';
  }
}
