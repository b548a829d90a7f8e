// Makes dist: the command and the library with what they depend on in a few files, since a module to find and read costs
// half a millisecond each. Native modules stay outside.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** dockerode requires these for BuildKit's sessions and its own way through ssh. Neither is used: half of the start-up. */
const LEFT_OUT = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs(\/.*)?)$/;

const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Folders of the packages that files of a bundle come from. */
function packagesOf(inputs) {
  const folders = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)].sort();
}

/** What has to go with copies of these packages. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version}: ${license}\n${text}`;
}

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
const { metafile } = await build({
  entryPoints: ['src/index.ts', 'src/cli/main.ts'],
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['koffi'],
  legalComments: 'none',
  plugins: [leaveOut],
  // CommonJS asks for node's own modules by this name.
  banner: {
    js: "import { createRequire as requireIn } from 'node:module';\nconst require = requireIn(import.meta.url);",
  },
});
cpSync('src/report/report.schema.json', 'dist/report/report.schema.json');
writeFileSync('dist/THIRD-PARTY-LICENSES', packagesOf(metafile.inputs).map(licenceOf).join('\n---\n\n'));
