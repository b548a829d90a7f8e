import { perl } from '../../real-programs/perl.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(perl);
