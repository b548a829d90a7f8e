import { nginx } from '../../programs/nginx.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(nginx);
