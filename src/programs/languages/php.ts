import type { Language } from '../syntax/language.ts';

/** Program execution functions (php.net/manual/en/ref.exec.php), PCNTL, FFI and Symfony's Process. */
export const php: Language = {
  name: 'PHP',
  files: /\.(php\d?|phtml|phpt|inc|module)$/,
  interpreters: /^php[\d.]*$/,
  syntax: {
    hasLines: true,
    lineComments: ['//', '#'],
    blockComments: [['/*', '*/']],
    strings: [
      { open: '`', close: '`', escapes: true, expands: '$', spans: true, isCommand: true },
      { open: '"', close: '"', escapes: true, expands: '$', spans: true },
      { open: "'", close: "'", escapes: true, expands: 'none', spans: true },
    ],
    sigils: '$',
  },
  code: (text) => pieces(text).join('\n;\n'),
  calls: [
    { kind: 'shell', names: ['exec', 'shell_exec', 'system', 'passthru', 'popen', 'proc_open'], on: /^\\?$/ },
    { kind: 'program', names: ['pcntl_exec'] },
    { kind: 'program', names: ['Process'] },
    { kind: 'shell', names: ['fromShellCommandline'], on: /Process$/ },
    { kind: 'lookup', names: ['find'], on: /finder$/i },
    { kind: 'library', names: ['cdef'], on: /^\\?FFI$/, argument: 1 },
    { kind: 'library', names: ['dl'] },
  ],
};

/** What stands between `<?php` or `<?=` and `?>`. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf('<?'); at >= 0; ) {
    const end = text.indexOf('?>', at + 2);
    found.push(
      text.slice(
        at + (text.startsWith('<?php', at) ? 5 : text.startsWith('<?=', at) ? 3 : 2),
        end < 0 ? undefined : end,
      ),
    );
    at = end < 0 ? -1 : text.indexOf('<?', end + 2);
  }
  return found;
}
