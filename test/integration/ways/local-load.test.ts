import { casesBy } from './cases.ts';

await casesBy('--source local --sink load');
