import { casesBy } from './cases.ts';

await casesBy('--source engine --sink import');
