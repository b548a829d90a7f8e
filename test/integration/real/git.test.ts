import { git } from '../../programs/git.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(git);
