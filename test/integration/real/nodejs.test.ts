import { nodejs } from '../../real-programs/nodejs.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(nodejs);
