import { mentionedPaths } from '../../shell/paths-in-text.ts';
import { libraryName } from '../facts/names.ts';
import { contentLines, type TextFormat } from './text-format.ts';

/** Keys whose value is a command in most programs' configuration: sendmail_path, core.pager, pre_start_cmd, health-command. */
const COMMAND =
  /(^|[_.-])(command|cmd|exec|program|pager|editor|sendmail|sendmail[_-]path|shell|hook|browser|viewer|compressor|decompress(or)?|prog|binary|executable|(pre|post)[_-]?(start|stop|exec|run)|start|run|entrypoint)$/i;

/**
 * Any other configuration: absolute paths wherever they stand, names of libraries as values, and values of keys that are
 * called like a command.
 */
export const configuration: TextFormat = {
  name: 'configuration',
  files:
    /\.(conf|cfg|cnf|ini|toml|ya?ml|json5?|xml|properties|env|rc|service|config|opts|options|settings|list|vcl|sls|j2|tmpl|tpl|template|hcl|tcl|policy|rules|map|lst|vmoptions|desktop)$|(^|\/)(\.?env|[\w.-]*rc|\.?gitconfig|config|[\w-]+config)$/,
  read: (text, sheet) => {
    for (const line of contentLines(text, /^\s*([#;]|\/\/|<!--|--\s)/)) {
      for (const path of mentionedPaths(line)) sheet.add('paths', path);
      for (const text of quotedCommands(line)) sheet.add('literals', text);
      const { key, value } = keyAndValue(line);
      const plain = unquoted(value);
      if (libraryName(plain)) sheet.add('libraries', plain);
      if (COMMAND.test(key) && /^[\w!./~-]/.test(plain) && plain.length < 2048)
        sheet.add('literals', plain.replace(/^!/, ''));
      // git's aliases and helpers that are commands: `x = !sh -c ...`
      else if (plain.startsWith('!') && plain.length > 2) sheet.add('literals', plain.slice(1));
      else if (/^[a-z]+-[\w-]+ /.test(plain)) sheet.add('literals', plain);
    }
  },
};

/** Quoted texts with blanks that have something of a command line: a bar, an option or a path. */
function* quotedCommands(line: string): Generator<string> {
  for (const [, , text = ''] of line.matchAll(/(["'])((?:(?!\1)[^\\]|\\.)*)\1/g)) {
    if (/^[\w./-]+\s/.test(text) && /\s[-/|]/.test(text)) yield text.replace(/\\(["'])/g, '$1');
  }
}

/** What stands before and behind the first `=` or `:`, as far as it is one word; no expression that could go back. */
function keyAndValue(line: string): { key: string; value: string } {
  const at = line.search(/[:=]/);
  if (at < 0) return { key: '', value: '' };
  const key =
    line
      .slice(Math.max(0, at - 80), at)
      .split(/[\s"']+/)
      .findLast((word) => word !== '') ?? '';
  let end = line.length;
  while (end > at && /[\s,;]/.test(line[end - 1] as string)) end--;
  return { key, value: line.slice(at + 1, end).trim() };
}

function unquoted(value: string): string {
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  if (list !== undefined) return list.replace(/["'],?\s*/g, ' ').trim();
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
