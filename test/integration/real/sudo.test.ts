import { sudo } from '../../programs/sudo.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(sudo);
