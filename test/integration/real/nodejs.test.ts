import { nodejs } from '../../programs/nodejs.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(nodejs);
