import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles } from '../../toolkit/configuration.ts';
import { namedPaths } from '../../toolkit/places.ts';
import { namesMatching } from '../../toolkit/tree-paths.ts';

/** The system's policy for TLS, which libgnutls reads when it is loaded (priority.c). */
export const gnutls: Rule = {
  name: 'gnutls',
  summary: "reads the system's policy for TLS",
  default: 'on',
  trigger: { soname: /^libgnutls\.so/ },
  apply: () => ({
    paths: ['/etc/gnutls/config', '/etc/gnutls/pkcs11.conf', '/etc/crypto-policies/back-ends/gnutls.config'],
  }),
};

/** PKCS #11 modules by their configuration, pkcs11.conf(5): `module: p11-kit-trust.so`. */
export const p11Kit: Rule = {
  name: 'p11-kit',
  summary: 'loads the PKCS #11 modules that p11-kit is configured for',
  default: 3_000_000,
  trigger: { soname: /^libp11-kit\.so/ },
  apply: (view, file) => {
    const named = namedPaths(view, file);
    const settings = named
      .filter((text) => text.endsWith('/modules'))
      .flatMap((at) => namesMatching(view, at, /\.module$/));
    const directories = named.filter((text) => text.endsWith('/pkcs11'));
    const modules = settings.flatMap((path) => {
      const text = view.text(path);
      const name = /^[ \t]*module\s*:\s*(\S+)/m.exec(text)?.[1];
      return [...directories.map((at) => `${at}/${name}`), ...mentionedFiles(view, text)];
    });
    return { paths: [...named.filter((text) => text.endsWith('.conf')), ...settings, ...modules] };
  },
};
