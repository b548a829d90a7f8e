import { redisServer } from '../../programs/redis-server.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(redisServer);
