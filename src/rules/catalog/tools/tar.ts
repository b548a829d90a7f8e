import { findCommand } from '../../../programs/commands.ts';
import type { Rule } from '../../engine/rule.ts';

/** tar's own table of compressors (src/buffer.c, compress_program), which it looks up in PATH. */
const COMPRESSORS = ['gzip', 'bzip2', 'xz', 'zstd', 'lzip', 'lzma', 'lzop', 'compress'];

export const tar: Rule = {
  name: 'tar',
  summary: 'packs and unpacks with the compressors that are installed',
  default: 2_000_000,
  trigger: { path: /(^|\/)bin\/(tar|cpio|bsdtar)$/ },
  apply: (view) => ({ paths: COMPRESSORS.flatMap((name) => findCommand(name, view)?.path ?? []) }),
};
