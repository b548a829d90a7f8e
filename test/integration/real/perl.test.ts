import { perl } from '../../programs/perl.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(perl);
