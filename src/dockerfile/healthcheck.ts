import type { Healthcheck } from '../model/image-config.ts';
import { type Instruction, Malformed, parseJsonStrings } from './syntax.ts';

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
/** Engines refuse shorter ones (moby api/types/container, MinimumDuration). */
const SHORTEST = 1e6;

const DURATIONS = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
} as const satisfies Record<string, keyof Healthcheck>;

/** What HEALTHCHECK says; a duration or count of 0 is left out, which means the same. */
export function parseHealthcheck(instruction: Instruction): Healthcheck {
  const [, type = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(instruction.rest) ?? [];
  const settings = readFlags(instruction.flags);
  switch (type.toUpperCase()) {
    case 'NONE':
      if (rest !== '') throw new Malformed('NONE takes no arguments');
      return { Test: ['NONE'] };
    case 'CMD': {
      const words = parseJsonStrings(rest);
      if (rest === '' || words?.length === 0) throw new Malformed('there is no command after CMD');
      return { Test: words === undefined ? ['CMD-SHELL', rest] : ['CMD', ...words], ...settings };
    }
    case '':
      throw new Malformed('it needs CMD or NONE');
    default:
      throw new Malformed(`${JSON.stringify(type)} is neither CMD nor NONE`);
  }
}

function readFlags(flags: Instruction['flags']): Omit<Healthcheck, 'Test'> {
  const settings: Omit<Healthcheck, 'Test'> = {};
  const seen = new Set<string>();
  for (const [name, value] of flags) {
    if (seen.has(name)) throw new Malformed(`--${name} is there twice`);
    seen.add(name);
    if (value === undefined) throw new Malformed(`--${name} needs a value: --${name}=...`);
    if (value === '') continue;
    if (name === 'retries') {
      if (!/^\d{1,9}$/.test(value)) throw new Malformed(`--retries=${value} is not a count`);
      if (Number(value) > 0) settings.Retries = Number(value);
    } else if (Object.hasOwn(DURATIONS, name)) {
      const duration = parseDuration(value);
      if (duration !== 0 && duration < SHORTEST) throw new Malformed(`--${name}=${value} is less than 1ms`);
      if (duration > 0) settings[DURATIONS[name as keyof typeof DURATIONS]] = duration;
    } else {
      throw new Malformed(`--${name} is not a flag of it`);
    }
  }
  return settings;
}

/** Nanoseconds of a Go duration such as `1m30s` or `1.5h` (Go's time.ParseDuration). */
function parseDuration(text: string): number {
  if (!/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) {
    throw new Malformed(`${JSON.stringify(text)} is not a duration such as 30s or 1m30s`);
  }
  let sum = 0;
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    sum += Number(amount) * (NANOSECONDS[unit] ?? 0);
  }
  return Math.round(text.startsWith('-') ? -sum : sum);
}
