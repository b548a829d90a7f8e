import { erlangBase } from '../../real-programs/erlang-base.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(erlangBase);
