import { openjdk17 } from '../../programs/openjdk-17.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(openjdk17);
