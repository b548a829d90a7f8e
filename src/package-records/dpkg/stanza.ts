/** One field of a stanza: its name in lower case, and its lines as they stand, continuations included. */
interface Field {
  readonly name: string;
  readonly text: string;
}

/** The stanzas of a control file (deb822(5)), without the blank lines between them. */
export function stanzasOf(text: string): string[] {
  return text
    .split('\n\n')
    .map((stanza) => stanza.replace(/^\n+/, '').trimEnd())
    .filter((stanza) => stanza !== '');
}

/** A paragraph of fields that can be looked at and changed; field names in any case. */
export class Stanza {
  readonly #fields: Field[] = [];

  constructor(text: string) {
    let lines: string[] = [];
    const finish = (): void => {
      const [first = ''] = lines;
      const name = first.slice(0, Math.max(0, first.indexOf(':'))).toLowerCase();
      if (lines.length > 0) this.#fields.push({ name, text: lines.join('\n') });
      lines = [];
    };
    for (const line of text.split('\n')) {
      if (!line.startsWith(' ') && !line.startsWith('\t')) finish();
      lines.push(line);
    }
    finish();
  }

  /** A field's value with its continuation lines; empty where there is no such field. */
  get(name: string): string {
    const field = this.#fields.find((one) => one.name === name.toLowerCase());
    return field === undefined ? '' : field.text.slice(field.text.indexOf(':') + 1).trim();
  }

  /** Puts a field in the place of the one of that name, or at the end; an empty value takes it out. */
  set(name: string, value: string): void {
    const at = this.#fields.findIndex((one) => one.name === name.toLowerCase());
    const field = { name: name.toLowerCase(), text: `${name}:${value.startsWith('\n') ? '' : ' '}${value}` };
    if (at >= 0) this.#fields.splice(at, 1, ...(value === '' ? [] : [field]));
    else if (value !== '') this.#fields.push(field);
  }

  toString(): string {
    return this.#fields.map(({ text }) => text).join('\n');
  }
}
