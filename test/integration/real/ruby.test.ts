import { ruby } from '../../programs/ruby.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(ruby);
