import type { HomeCase } from '../home-case.ts';

const APP = `
import sqlite3, subprocess, sys
sys.path.insert(0, "/srv/deps")
import song
print(song.sing(), sqlite3.connect("/srv/data/a.db").execute("select n from t").fetchone()[0])
print(subprocess.check_output(["id", "-un"], text=True), end="")
`;

/** Images of several layers, each of which changes what lies below. A container has no such layers. */
export const layers: readonly HomeCase[] = [
  {
    name: 'layers-dependencies-first',
    parent: 'python',
    packages: ['sqlite3'],
    files: { '/srv/app/main.py': APP, '/srv/deps.txt': 'song\n' },
    prepare: [
      'mkdir -p /srv/deps/song /srv/data; echo "def sing(): return open(__file__[:-11] + \'a.txt\').read()" > /srv/deps/song/__init__.py',
      'echo old > /srv/deps/song/a.txt; sqlite3 /srv/data/a.db "create table t (n); insert into t values (7)"',
      'rm -rf /srv/deps.txt /usr/share/doc /srv/deps/song/a.txt',
      'printf new > /srv/deps/song/a.txt; chown -R www-data:www-data /srv',
    ],
    config: { workdir: '/srv/app', cmd: ['python3', 'main.py'], user: 'www-data' },
    prints: 'new 7\nwww-data\n',
    ways: ['image'],
  },
  {
    name: 'layers-upgraded-system',
    parent: 'plain',
    files: {
      '/srv/start': '#!/bin/bash -e\nsource /opt/lib/own.sh\nown | sort | tail -n 1\n',
      '/opt/lib/own.sh': 'own() { seq 3; }\n',
    },
    prepare: [
      'apt-get update -qq; apt-get upgrade -y -qq; apt-get install -y -qq --reinstall coreutils bash; rm -rf /var/lib/apt/lists/*',
      'mv /opt/lib /opt/moved; ln -s moved /opt/lib; chmod 700 /srv/start',
    ],
    config: { entrypoint: ['/srv/start'] },
    prints: '3\n',
    ways: ['image'],
  },
];
