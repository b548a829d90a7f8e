import { everyday } from './cases/everyday.ts';
import { graphics } from './cases/graphics.ts';
import { java } from './cases/java.ts';
import { javascript } from './cases/javascript.ts';
import { layers } from './cases/layers.ts';
import { logic } from './cases/logic.ts';
import { maps } from './cases/maps.ts';
import { native } from './cases/native.ts';
import { php } from './cases/php.ts';
import { python } from './cases/python.ts';
import { scripting } from './cases/scripting.ts';
import { services } from './cases/services.ts';
import { shell } from './cases/shell.ts';
import { words } from './cases/words.ts';
import type { HomeCase } from './home-case.ts';

/** All cases, by family. */
export const HOME_CASES: readonly HomeCase[] = [
  ...shell,
  ...native,
  ...python,
  ...javascript,
  ...services,
  ...scripting,
  ...php,
  ...java,
  ...maps,
  ...graphics,
  ...words,
  ...logic,
  ...layers,
  ...everyday,
];
