import type { Program } from './program.ts';

const CHECK = `
const crypto = require('crypto');
const dns = require('dns');
const os = require('os');
const zlib = require('zlib');
const tls = require('tls');
const { execFileSync, execSync } = require('child_process');

console.log(crypto.createHash('sha256').update('whale').digest('hex'), crypto.getHashes().length);
const { privateKey, publicKey } = crypto.generateKeyPairSync('ed25519');
console.log(crypto.verify(null, Buffer.from('whale'), publicKey, crypto.sign(null, Buffer.from('whale'), privateKey)));
console.log(crypto.scryptSync('whale', 'salt', 16).toString('hex'));
const data = Buffer.from('krill '.repeat(1000));
console.log(zlib.gunzipSync(zlib.gzipSync(data)).equals(data));
console.log(zlib.brotliDecompressSync(zlib.brotliCompressSync(data)).equals(data));
console.log(tls.getCiphers().length, tls.rootCertificates.length, tls.createSecureContext() instanceof tls.SecureContext);
const when = new Date(Date.UTC(2024, 6, 1, 12));
for (const [locale, timeZone] of [['de-DE', 'Europe/Berlin'], ['ja-JP', 'Asia/Tokyo'], ['ar-EG', 'Africa/Cairo']]) {
  console.log(new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone }).format(when));
}
console.log(['z', 'ä', 'a'].sort(new Intl.Collator('de').compare), 'I'.toLocaleLowerCase('tr'), 'é'.normalize('NFD').length);
console.log(os.userInfo().username, os.userInfo().homedir);
console.log(execFileSync(process.execPath, ['-p', '6 * 7']).toString().trim(), execSync('echo hi').toString().trim());
console.log(Object.keys(process.versions).sort().join());

dns.lookup('localhost', { family: 4 }, (error, address) => {
  console.log('localhost', error, address);
  dns.lookup('whale.example', (error, address) => {
    console.log('hosts', error, address);
    dns.lookup('no-such-name.invalid', (error) => {
      console.log('unknown', error !== null);
      process.exitCode = 6;
    });
  });
});
`;

/** The interpreter and its shared libraries: OpenSSL, ICU, brotli, c-ares, V8's own needs. */
export const nodejs: Program = {
  name: 'nodejs',
  packages: ['nodejs'],
  files: {
    '/app/check.js': CHECK,
    '/app/module.mjs': "import { sep } from 'node:path';\nconsole.log(sep, await Promise.resolve(import.meta.url));\n",
  },
  run: [
    { command: ['node', '/app/check.js'], exitCode: 6 },
    { command: ['node', '/app/check.js'], exitCode: 6, user: 'nobody', env: { TZ: 'Asia/Kathmandu' } },
    { command: ['node', '/app/module.mjs'] },
    { command: ['node', '-'], stdin: 'console.log(process.argv.length, new Date(0).toString());' },
  ],
};
