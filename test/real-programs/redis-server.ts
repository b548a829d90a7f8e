import type { Program } from './program.ts';

function client(...command: readonly string[]): { command: readonly string[] } {
  return { command: ['redis-cli', '-p', '{port}', ...command] };
}

/** A server with Lua inside, under its own user, asked by its client in the same container. */
export const redisServer: Program = {
  name: 'redis-server',
  packages: ['redis-server'],
  run: [{ command: ['redis-server', '--version'] }, { command: ['redis-cli', '-p', '1', 'PING'], exitCode: 1 }],
  service: {
    user: 'redis',
    command: ['redis-server', '--port', '{port}', '--bind', '127.0.0.1', '--save', '', '--dir', '/var/lib/redis'],
    probes: ['tcp:{port}', 'healthcheck'],
    healthcheck: ['redis-cli', '-p', '{port}', 'PING'],
    talk: [
      client('PING'),
      client('SET', 'whale', 'starving'),
      client('GET', 'whale'),
      client('EVAL', "return redis.call('GET', KEYS[1]) .. ' ' .. cjson.encode({1, 2}) .. ARGV[1]", '1', 'whale', '!'),
      client('SAVE'),
      client('INFO', 'keyspace'),
    ],
  },
};
