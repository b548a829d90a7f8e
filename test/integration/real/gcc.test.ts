import { gcc } from '../../programs/gcc.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(gcc);
