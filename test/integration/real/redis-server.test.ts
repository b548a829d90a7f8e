import { redisServer } from '../../real-programs/redis-server.ts';
import { LIVE } from './learned.ts';
import { testRealProgram } from './real-program.ts';

testRealProgram(redisServer, LIVE);
