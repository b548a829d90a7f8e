import { python3 } from '../../real-programs/python3.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(python3);
