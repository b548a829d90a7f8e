/** What TLS needs; every part in PEM. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** false: the server's certificate is not checked */
  readonly verify: boolean;
}

/** How an engine is reached. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsMaterial }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** the engine's socket on the other machine, where it is not the default one */
      readonly socketPath?: string;
    };

/** One place where an engine may be. */
export interface Endpoint {
  /** as given, for messages: `unix:///var/run/docker.sock` */
  readonly url: string;
  /** who named it, for messages: `--host`, `DOCKER_HOST`, `context "desktop"`, `default socket` */
  readonly origin: string;
  readonly address: EngineAddress;
}
