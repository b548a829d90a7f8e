import { sudo } from '../../real-programs/sudo.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(sudo);
