import type { TextFormat } from './text-format.ts';

/** `scripts` of npm, yarn and pnpm, which a shell runs, and the files that `main` and `bin` name. */
export const packageJson: TextFormat = {
  name: 'package.json',
  files: /(^|\/)package\.json$/,
  read: (text, sheet) => {
    const { scripts, main, bin } = parsed(text);
    for (const script of values(scripts)) sheet.add('scripts', script);
    for (const path of [main, ...(typeof bin === 'string' ? [bin] : values(bin))]) {
      if (typeof path === 'string') sheet.add('beside', path.replace(/^\.\//, ''));
    }
  },
};

function parsed(text: string): { scripts?: unknown; main?: unknown; bin?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function values(object: unknown): string[] {
  if (typeof object !== 'object' || object === null) return [];
  return Object.values(object).filter((value) => typeof value === 'string');
}
