/** For people; node's own texts repeat the path, which is in the line already, or are OpenSSL's. */
const WORDING: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ENOTSOCK: 'it is not a socket',
  ENOTDIR: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
  EACCES: 'you may not use it (permission denied)',
  EPERM: 'you may not use it (permission denied)',
  ENOTFOUND: 'the host is not known',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'the connection was closed without an answer',
  EPROTO: 'it does not speak TLS, or no version of it that is known here',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: leave DOCKER_TLS_VERIFY and DOCKER_CERT_PATH out',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: leave DOCKER_TLS_VERIFY and DOCKER_CERT_PATH out',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is its own: its authority has to be ca.pem in DOCKER_CERT_PATH',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of its certificate is not known: it has to be ca.pem in DOCKER_CERT_PATH',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the authority of its certificate is not known: it has to be ca.pem in DOCKER_CERT_PATH',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the authority of its certificate is not known: it has to be ca.pem in DOCKER_CERT_PATH',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a client certificate: cert.pem and key.pem in DOCKER_CERT_PATH',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'it breaks off the TLS handshake; it may want a client certificate: cert.pem and key.pem in DOCKER_CERT_PATH',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'it does not accept the client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the authority of the client certificate',
};

/** Why an engine can't be reached, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const worded = code === undefined ? undefined : WORDING[code];
  return worded ?? (error instanceof Error ? error.message || code || error.name : String(error));
}

/** What kind of error it is, as node names it. A host with several addresses fails with one error for each of them. */
export function codeOf(error: unknown): string | undefined {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code, message } = (first ?? {}) as { code?: unknown; message?: unknown };
  // An answer's first bytes may be all that tells: OpenSSL's words are in the message alone then.
  const [, words] = /:SSL routines:[^:]*:([^:\n]+)/.exec(String(message)) ?? [];
  if (code === 'EPROTO' && words !== undefined) return `ERR_SSL_${words.toUpperCase().replaceAll(/[ /]/g, '_')}`;
  return typeof code === 'string' ? code : undefined;
}
