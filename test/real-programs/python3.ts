import type { Program } from './program.ts';

const CHECK = `
import bz2, ctypes, decimal, hashlib, json, lzma, os, pwd, socket, sqlite3, ssl, subprocess, sys, uuid, zlib

print('ssl', ssl.OPENSSL_VERSION, len(ssl.create_default_context().get_ca_certs()) > 50)
print('protocol', ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).minimum_version.name)

db = sqlite3.connect(':memory:')
db.execute('create virtual table words using fts5(word)')
db.executemany('insert into words values (?)', [('whale',), ('krill',)])
print('sqlite', db.execute("select word from words where words match 'whale'").fetchall(), sqlite3.sqlite_version)

libc = ctypes.CDLL(None)
print('ctypes', libc.strlen(b'whale'), ctypes.CDLL('libm.so.6').abs(-7))

data = b'krill ' * 1000
for module in (lzma, bz2, zlib):
    print(module.__name__, module.decompress(module.compress(data)) == data)

print('pwd', pwd.getpwnam('root').pw_dir, pwd.getpwuid(os.getuid()).pw_name)
print('hash', hashlib.sha256(data).hexdigest(), hashlib.blake2b(data).hexdigest()[:16])
print('decimal', decimal.Decimal(2).sqrt(), json.dumps({'ä': [1, None]}), uuid.uuid5(uuid.NAMESPACE_DNS, 'whale'))
for name in ('localhost', 'whale.example', 'no-such-name.invalid'):
    try:
        print(name, socket.gethostbyname(name))
    except socket.gaierror:
        print('unknown', name)
print('child', subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout.strip())
print('shell', subprocess.run('echo hi', shell=True, capture_output=True, text=True).stdout.strip())
print('encodings', 'whale'.encode('shift_jis'), 'Wal'.encode('cp1252'))
sys.exit(7)
`;

/** The standard library's compiled modules, and what they load when they are used. */
export const python3: Program = {
  name: 'python3',
  packages: ['python3', 'ca-certificates'],
  files: { '/app/check.py': CHECK },
  run: [
    { command: ['python3', '/app/check.py'], exitCode: 7 },
    { command: ['python3', '-B', '/app/check.py'], exitCode: 7, user: 'nobody', env: { LANG: 'C.UTF-8' } },
    { command: ['python3', '-'], stdin: 'import readline, curses, dbm.ndbm, ctypes.util\nprint("imported")\n' },
  ],
};
