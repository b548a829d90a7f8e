import type { Rule } from '../../engine/rule.ts';
import { environmentPaths, treePaths } from '../../toolkit/tree-paths.ts';

/** Where distributions and languages look for the authorities that they trust (Go: crypto/x509/root_linux.go). */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/usr/lib/ssl/cert.pem',
  '/usr/local/ssl/cert.pem',
];
/** Directories of single certificates, found by hash; private keys are next door and stay there. */
const DIRECTORIES = ['/usr/lib/ssl/certs', '/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/local/share/ca-certificates'];

/** The certificate authorities that a program trusts. */
export const certificates: Rule = {
  name: 'certificates',
  summary: 'trusts the certificate authorities of the system',
  default: 'on',
  trigger: {
    soname: /^lib(ssl|gnutls|curl|mbedtls|wolfssl|nss3|tls|p11-kit)(-\w+)?\.so/,
    mentions: ['/etc/ssl/cert', '/etc/pki/tls/cert'],
    contains: ['/etc/ssl/cert', '/etc/pki/tls/cert', 'OPENSSLDIR: "'],
  },
  apply: (view) => ({
    paths: [
      ...BUNDLES,
      ...environmentPaths(view, ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS']),
      // /etc/ssl/certs/java is a JDK's own, which links to it.
      ...[...DIRECTORIES, ...environmentPaths(view, ['SSL_CERT_DIR'])].flatMap((at) => treePaths(view, at, /^java$/)),
    ],
  }),
};
