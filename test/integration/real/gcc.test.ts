import { gcc } from '../../real-programs/gcc.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(gcc);
