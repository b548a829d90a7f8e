import { Agent } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { PatientSocket } from './patient-socket.ts';
import { SendBuffer } from './send-buffer.ts';
import { dialSsh } from './ssh-connection.ts';
import type { EngineAddress } from './types.ts';

/**
 * How much is read ahead of the consumer. node's default of 16 KB makes a 700 MB export stop and start reading tens of
 * thousands of times.
 */
const READ_AHEAD = 1 << 20;

/**
 * Connects every HTTP request to one engine, whichever way it is reached, so that nothing above knows the difference.
 * No connection is used twice: a request that is cut then never takes another one with it.
 */
export class EndpointAgent extends Agent {
  readonly #address: EngineAddress;
  readonly #env: NodeJS.ProcessEnv;
  readonly #sendBuffer = new SendBuffer();

  /** `env` is what ssh is started with. */
  constructor(address: EngineAddress, env: NodeJS.ProcessEnv) {
    super({ keepAlive: false });
    this.#address = address;
    this.#env = env;
  }

  /** Resolves when uploads to an engine on this machine go as fast as they can; they go before that, too. */
  async prepareUploads(): Promise<void> {
    if (this.#address.kind === 'unix') await this.#sendBuffer.load();
  }

  /** From here on an upload waits with us until the engine takes it. */
  holdUploads(): void {
    this.#sendBuffer.restore();
  }

  override createConnection(
    _options: unknown,
    callback: (error: Error | null, connection: Duplex) => void,
  ): Duplex | undefined {
    const address = this.#address;
    if (address.kind === 'unix') {
      const socket = new PatientSocket(READING);
      return socket.once('connect', () => this.#sendBuffer.enlarge(socket)).connect(address.socketPath);
    }
    if (address.kind === 'ssh') {
      dialSsh(address, this.#env).then(
        (connection) => callback(null, connection),
        (error: Error) => (callback as (error: Error) => void)(error),
      );
      return undefined;
    }
    const { host, port, tls } = address;
    if (tls === undefined) return new PatientSocket(READING).connect(port, host);
    const { verify, ...material } = tls;
    const servername = isIP(host) === 0 ? { servername: host } : {};
    return connectTls({ host, port, ...material, ...servername, rejectUnauthorized: verify, ...READING });
  }
}

/** node passes these on to the stream; its types leave them out. */
const READING: object = { highWaterMark: READ_AHEAD };
