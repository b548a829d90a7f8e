import { php } from '../../programs/php.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(php);
