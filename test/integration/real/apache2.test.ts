import { apache2 } from '../../programs/apache2.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(apache2);
