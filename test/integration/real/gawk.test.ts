import { gawk } from '../../real-programs/gawk.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(gawk);
