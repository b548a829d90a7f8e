import { baseName } from '../../../model/image-path.ts';
import type { Rule } from '../../engine/rule.ts';
import { mentionedFiles, readIncluding } from '../../toolkit/configuration.ts';
import { namedPaths } from '../../toolkit/places.ts';
import { environmentPaths, treePaths } from '../../toolkit/tree-paths.ts';

/** OPENSSLDIR, MODULESDIR and ENGINESDIR are compiled in; openssl.cnf may include files and name modules (config(5)). */
export const openssl: Rule = {
  name: 'openssl',
  summary: 'reads openssl.cnf and loads cryptographic providers and engines',
  default: 'on',
  trigger: { soname: /^libcrypto\.so/, path: /(^|\/)bin\/openssl$/, contains: ['OPENSSLDIR: "'] },
  eachFile: true,
  apply: (view, file) => {
    const named = namedPaths(view, file).filter((text) => /^\/[\x20-\x7e]{4,}$/.test(text));
    const modules = named.filter((text) => /^(ossl-modules|engines(-[\d._]+)?)$/.test(baseName(text)));
    // The directory itself is not among the texts, what lies in it is: OPENSSLDIR/certs, OPENSSLDIR/cert.pem.
    const homes = named.flatMap(
      (text) => /^(.+)\/(?:certs|cert\.pem|private|openssl\.cnf|ct_log_list\.cnf)$/.exec(text)?.[1] ?? [],
    );
    const settings = [...homes.map((home) => `${home}/openssl.cnf`), ...environmentPaths(view, ['OPENSSL_CONF'])];
    const texts = readIncluding(view, settings, (line) => {
      const included = /^\s*\.include\s*=?\s*(\S+)/.exec(line)?.[1];
      return included?.startsWith('/') ? [included] : [];
    });
    return {
      paths: [
        ...settings,
        ...texts.keys(),
        ...[...texts.values()].flatMap((text) => mentionedFiles(view, text)).filter((path) => path.endsWith('.so')),
        ...modules.flatMap((path) => treePaths(view, path)),
      ],
    };
  },
};
