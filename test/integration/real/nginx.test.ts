import { nginx } from '../../real-programs/nginx.ts';
import { PROFILED } from './learned.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(nginx, PROFILED);
