import { SkinnywhaleError } from '../../model/errors.ts';
import { text } from '../../model/json-fields.ts';

/** `value` as a text that is not empty. @throws ENGINE where it is not one, naming `field` */
export function requiredText(value: unknown, field: string): string {
  const found = text(value);
  if (found === undefined) throw new SkinnywhaleError('ENGINE', `the engine's answer has no ${field}`);
  return found;
}
