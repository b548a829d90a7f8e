import { rBaseCore } from '../../programs/r-base-core.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(rBaseCore);
