/** Levels of a file for people: real ones have a handful. */
const DEEPEST = 100;

/**
 * The first line that is nested deeper than any file for people; undefined where none is. The parser calls itself for each
 * level, and a process whose stack is full may end without a word. Takes more for nested than is: text may look like it.
 * @returns its number, from 1
 */
export function tooDeepLine(text: string): number | undefined {
  const indents: number[] = [];
  let flow = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const marks = leadingMarks(line);
    if (marks === undefined) continue;
    while (indents.length > 0 && (indents.at(-1) as number) >= marks.indent) indents.pop();
    indents.push(marks.indent);
    let deepest = flow;
    for (const character of line) {
      if (character === '[' || character === '{') deepest = Math.max(deepest, ++flow);
      else if ((character === ']' || character === '}') && flow > 0) flow--;
    }
    if (indents.length + marks.count + deepest > DEEPEST) return number;
  }
  return undefined;
}

/** How far a line is indented, and how many items (`- - `, `? `) begin with it; undefined for an empty one. */
function leadingMarks(line: string): { readonly indent: number; readonly count: number } | undefined {
  let indent = 0;
  while (line[indent] === ' ') indent++;
  if (indent === line.length) return undefined;
  let count = 0;
  for (let at = indent; at < line.length; at++) {
    if (line[at] === '-' || line[at] === '?') count++;
    else if (line[at] !== ' ' && line[at] !== '\t') break;
  }
  return { indent, count: Math.max(0, count - 3) };
}
