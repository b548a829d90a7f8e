import { postgresql15 } from '../../programs/postgresql-15.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(postgresql15);
