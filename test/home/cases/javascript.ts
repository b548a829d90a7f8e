import type { HomeCase, HomeConfig } from '../home-case.ts';

const SERVER = `
const { execSync } = require('node:child_process');
require('node:http').createServer((request, response) => {
  response.end(request.url === '/tar' ? execSync('echo whale | tr a-z A-Z') : 'hello ' + request.url);
}).listen(8080);
`;

/** Configuration outside of the application's folder, which has links into others. */
const RELEASES: Omit<HomeCase, 'name' | 'config'> = {
  parent: 'node',
  files: {
    '/opt/otel/init.js': `globalThis.traced = 'traced'; require('./lib/extra.js');`,
    '/opt/otel/lib/extra.js': `globalThis.extra = 'extra';`,
    '/etc/myapp/app.toml': 'name = "whale"\n',
    '/srv/releases/7/server.js': `
const fs = require('node:fs');
const name = /name = "(.*)"/.exec(fs.readFileSync(process.env.APP_CONFIG, 'utf8'))[1];
require('node:http').createServer((request, response) => {
  response.end([traced, extra, name, fs.readFileSync('uploads/a.txt', 'utf8').trim(), fs.existsSync('/data')].join(' '));
}).listen(8080);`,
    '/srv/releases/7/uploads': { link: '../../shared/uploads' },
    '/srv/shared/uploads/a.txt': 'upload\n',
    '/srv/current': { link: 'releases/7' },
    '/usr/local/bin/start-app': '#!/bin/sh\nset -e\ncd /srv/current\nexec "$@"\n',
  },
  service: { fetch: ['8080/'] },
  prints: '200 traced extra whale upload true\n',
};

const RELEASES_CONFIG = {
  env: { NODE_OPTIONS: '--require /opt/otel/init.js', APP_CONFIG: '/etc/myapp/app.toml' },
  volumes: ['/data'],
  entrypoint: ['start-app'],
  cmd: ['node', 'server.js'],
} satisfies HomeConfig;

/** Node.js, mostly in the parent, where little of what an application starts is in its change layer. */
export const javascript: readonly HomeCase[] = [
  {
    name: 'node-npm-start',
    parent: 'node',
    files: {
      '/srv/package.json': `{"name":"app","version":"1.0.0","scripts":{"prestart":"rm -rf /tmp/x && mkdir -p /tmp/x","start":"node server.js"}}`,
      '/srv/server.js': SERVER,
    },
    config: { workdir: '/srv', cmd: ['npm', 'start'] },
    service: { fetch: ['8080/a', '8080/tar'] },
    prints: '200 hello /a\n200 WHALE\n\n',
  },
  { name: 'node-options-and-links', ...RELEASES, config: { ...RELEASES_CONFIG, workdir: '/srv/releases/7' } },
  {
    name: 'node-release-folders',
    ...RELEASES,
    config: { ...RELEASES_CONFIG, workdir: '/srv/current' },
    // A container that is made with this working directory has a folder there.
    ways: ['image'],
  },
  {
    name: 'node-healthcheck-curl',
    parent: 'node',
    files: { '/srv/server.js': SERVER },
    config: {
      workdir: '/srv',
      cmd: ['node', 'server.js'],
      healthcheck: 'curl -fsS http://127.0.0.1:8080/health | grep -q hello',
    },
    service: { healthy: true },
    prints: 'running healthy\n',
  },
  {
    name: 'node-canvas-fonts',
    parent: 'node',
    modules: ['@napi-rs/canvas@0.1.60'],
    files: {
      '/srv/app.js': `
const { GlobalFonts, createCanvas } = require('@napi-rs/canvas');
const canvas = createCanvas(120, 30);
const context = canvas.getContext('2d');
context.font = '20px DejaVu Sans';
context.fillText('Whale', 4, 22);
const dark = context.getImageData(0, 0, 120, 30).data.filter((value, index) => index % 4 === 3 && value > 128).length;
console.log(GlobalFonts.families.length, dark > 100);`,
    },
    config: { workdir: '/srv', cmd: ['node', 'app.js'] },
    prints: /^[1-9]\d* true\n$/,
  },
  {
    name: 'node-child-process',
    parent: 'node',
    files: {
      '/app/a.js': `
const { execSync, spawnSync } = require('node:child_process');
console.log(String(execSync("find /app -name b.js | xargs basename")).trim());
console.log(spawnSync('df').status, spawnSync('df').stdout?.length > 20);`,
      '/app/b.js': '',
    },
    config: { cmd: ['node', '/app/a.js'] },
    prints: 'b.js\n0 true\n',
  },
  {
    name: 'node-installed-tools',
    parent: 'node',
    files: {
      '/srv/index.mjs': `
import { execa } from './node_modules/execa/index.js';
const $ = (parts, ...values) => execa(String.raw({ raw: parts }, ...values));
console.log((await $\`sha256sum /srv/package.json\`).slice(0, 8), await $\`hostname -s\` !== '');
console.log(await execa('head', ['-c', '5'], 'whale song'));
console.log(await $\`seq 3 | sort -r | paste -sd, -\`);`,
      '/srv/node_modules/execa/package.json':
        '{"name":"execa","version":"9.0.0","type":"module","exports":"./index.js"}',
      '/srv/node_modules/execa/index.js': `
import { spawn } from 'node:child_process';
export function execa(file, args, input = '') {
  const child = args ? spawn(file, args) : spawn(file, { shell: true });
  child.stdin.end(input);
  let text = '';
  child.stdout.on('data', (data) => { text += data; });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => code ? reject(new Error(file + ': ' + code)) : resolve(text.trim()));
  });
}`,
      '/srv/package.json': '{"name":"zx-like","type":"module","main":"index.mjs"}',
    },
    config: { workdir: '/srv', cmd: ['node', 'index.mjs'] },
    prints: /^[0-9a-f]{8} true\nwhale\n3,2,1\n$/,
  },
  {
    name: 'node-minified-bundle',
    parent: 'node',
    files: {
      '/srv/dist/main.js': `"use strict";(()=>{var e=require("child_process"),t=require("util").promisify(e.exec),n=${JSON.stringify('x'.repeat(300_000))};(async()=>{let{stdout:r}=await t("date -u -d @0 +%Y");console.log(r.trim(),n.length);e.execFile("gzip",["-V"],(i,o)=>console.log(i?i.code:o.slice(0,4)))})()})();`,
    },
    config: { workdir: '/srv/dist', cmd: ['node', 'main.js'] },
    prints: '1970 300000\ngzip\n',
  },
  {
    name: 'node-bin-scripts',
    parent: 'node',
    files: {
      '/srv/package.json': '{"name":"a","scripts":{"start":"migrate up && serve-it"}}',
      '/srv/node_modules/.bin/migrate': { link: '../migrate/bin/cli.js' },
      '/srv/node_modules/.bin/serve-it': { link: '../serve-it/cli.sh' },
      '/srv/node_modules/migrate/package.json': '{"name":"migrate","version":"1.0.0","bin":"bin/cli.js"}',
      '/srv/node_modules/migrate/bin/cli.js': '#!/usr/bin/env node\nconsole.log("migrated", process.argv[2]);\n',
      '/srv/node_modules/serve-it/cli.sh':
        '#!/usr/bin/env bash\nset -eu\necho "served by $(uname -s)" | sed s/Linux/whale/\n',
    },
    config: { workdir: '/srv', cmd: ['npm', 'run', '--silent', 'start'] },
    prints: 'migrated up\nserved by whale\n',
  },
];
