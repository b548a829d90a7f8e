import { gawk } from '../../programs/gawk.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(gawk);
