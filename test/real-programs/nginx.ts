import type { Program } from './program.ts';

const CONFIG = `
user www-data;
worker_processes 1;
error_log stderr;
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  server_tokens off;
  gzip on;
  server {
    listen 127.0.0.1:{port};
    root /srv/www;
    location ~ ^/a(\\d+)$ { return 200 "matched $1\\n"; }
  }
}
`;

/** A server with workers under another user, modules, regular expressions, and files that it makes at the start. */
export const nginx: Program = {
  name: 'nginx',
  packages: ['nginx'],
  files: {
    '/etc/nginx/nginx.conf': CONFIG,
    '/srv/www/index.html': '<!doctype html><title>Skinny</title><p>A starving whale.\n',
    '/srv/www/style.css': 'p { width: 1px }\n',
  },
  run: [{ command: ['nginx', '-t', '-q'] }, { command: ['nginx', '-c', '/etc/nginx/none.conf'], exitCode: 1 }],
  service: {
    command: ['nginx', '-g', 'daemon off;'],
    fetch: [
      'http://127.0.0.1:{port}/',
      'http://127.0.0.1:{port}/style.css',
      'http://127.0.0.1:{port}/a42',
      'http://127.0.0.1:{port}/missing',
    ],
  },
};
