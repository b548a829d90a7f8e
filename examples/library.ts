/**
 * The library: `node --import tsx examples/library.ts <container>` makes a skinny image of a container, and says what went
 * into it. Outside this repository, import from 'skinnywhale'.
 */
import { SkinnywhaleError, slim, wordReason } from '../src/index.ts';

const container = process.argv[2];
if (container === undefined) {
  console.error('usage: node --import tsx examples/library.ts <container>');
  process.exit(2);
}

try {
  const report = await slim({
    container,
    // The library prints nothing: what it does comes as events.
    onEvent: (event) => {
      if (event.type === 'phase') console.error(`${event.phase}: ${event.message}`);
      if (event.type === 'warning') console.error(`warning: ${event.message}`);
    },
  });
  const { before, after } = report.sizes;
  console.log(`${report.result.reference}: ${before.bytes} -> ${after.bytes} bytes`);
  for (const { path, reason } of report.fromBase) console.log(`  ${path} (${wordReason(reason)})`);
} catch (error) {
  // Every failure has a code, and most have a hint.
  if (!(error instanceof SkinnywhaleError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  if (error.hint !== undefined) console.error(error.hint);
  process.exitCode = 1;
}
