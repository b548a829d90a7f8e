import { ruby } from '../../real-programs/ruby.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(ruby);
