import { REPORT_SCHEMA_VERSION, type SlimReport } from '../../src/report/slim-report.ts';

const hex = (digit: string): string => digit.repeat(64);
const requesters = (directory: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${directory}/lib${index}.so`);

const JDK = '/usr/lib/jvm/java-17-openjdk-amd64/lib';
const X11 = ['libX11.so.6', 'libXext.so.6', 'libXi.so.6', 'libXrender.so.1', 'libXtst.so.6', 'libasound.so.2']
  .concat([
    'libcups.so.2',
    'libfontconfig.so.1',
    'libfreetype.so.6',
    'libgif.so.7',
    'libharfbuzz.so.0',
    'libjpeg.so.62',
  ])
  .concat(['liblcms2.so.2', 'libpcsclite.so.1', 'libpng16.so.16', 'libxcb.so.1', 'libz.so.1']);

const NEEDED = { kind: 'loader', by: `${JDK}/libjvm.so`, tag: 'DT_NEEDED', found: 'ld.so.cache' } as const;
const TIME_ZONES = { kind: 'rule', rule: 'time-zones', by: '/usr/bin/date' } as const;

/** A report with everything in it that a report can hold. */
export const SAMPLE: SlimReport = {
  schemaVersion: REPORT_SCHEMA_VERSION,
  tool: { name: 'skinnywhale', version: '0.1.0' },
  engine: { endpoint: 'unix:///var/run/docker.sock', version: '20.10.24', storage: 'overlay2' },
  ways: { source: 'local', sink: 'import' },
  subject: {
    kind: 'container',
    id: `8efbc5497abb${hex('0').slice(12)}`,
    name: 'jdk',
    where: 'unix:///var/run/docker.sock',
  },
  base: { evidence: 'container', id: `sha256:${hex('a')}`, name: 'debian:bookworm', layers: 1 },
  result: {
    reference: 'skinny-jdk:latest',
    imageId: `sha256:${hex('b')}`,
    layer: `sha256:${hex('c')}`,
    dryRun: false,
    command: ['java', '-version'],
  },
  sizes: {
    before: { bytes: 620_123_456, entries: 18_234 },
    after: { bytes: 335_012_345, entries: 5_271 },
    fromChange: { bytes: 326_100_000, entries: 5_210 },
    fromBase: { bytes: 8_912_345, entries: 61 },
    dropped: { bytes: 285_111_111, entries: 12_963 },
  },
  trimmed: [
    { group: 'caches', bytes: 40_100_000, entries: 119 },
    { group: 'tmp', bytes: 900, entries: 1 },
    { group: 'ssh-host-keys', bytes: 0, entries: 0 },
  ],
  largestParts: [
    { path: '/usr/lib', bytes: 301_000_000, entries: 4_000 },
    { path: '/usr/share', bytes: 20_000_000, entries: 900 },
    { path: '/usr/bin', bytes: 999_949, entries: 20 },
  ],
  packages: {
    database: 'dpkg',
    present: [
      {
        name: 'libc6',
        version: '2.36-9+deb12u9',
        architecture: 'amd64',
        source: 'glibc',
        sourceVersion: '2.36-9+deb12u9',
        licences: ['LGPL-2.1+', 'GPL-2'],
        state: 'partial',
      },
      {
        name: 'own',
        version: null,
        architecture: null,
        source: null,
        sourceVersion: null,
        licences: null,
        state: 'unknown',
      },
    ],
    dropped: [
      { name: 'perl-base', bytes: 7_612_345, entries: 310 },
      { name: 'coreutils', bytes: 6_500_000, entries: 120 },
      { name: 'libpython3.11-minimal', bytes: 5_400_000, entries: 199 },
      { name: 'apt', bytes: 4_000_000, entries: 80 },
      { name: 'bash', bytes: 1_300_000, entries: 3 },
      { name: 'tzdata', bytes: 999_000, entries: 900 },
      { name: 'login', bytes: 12, entries: 1 },
    ],
  },
  fromBase: [
    { path: '/usr/lib/x86_64-linux-gnu/libc.so.6', bytes: 1_922_136, reason: NEEDED },
    { path: '/etc/passwd', bytes: 900, reason: { kind: 'base', what: 'user-names' } },
  ],
  proof: {
    items: [
      {
        kind: 'check',
        text: 'java -version',
        passed: true,
        failures: [],
        masks: ['line 3: a time'],
        exitCodes: { fat: 0, skinny: 0 },
        answers: { fat: { status: null, bytes: 0, start: '' }, skinny: { status: null, bytes: 0, start: '' } },
        seconds: { fat: 0.4, skinny: 0.3 },
        fatRuns: 3,
        stderr: [],
      },
      {
        kind: 'probe',
        text: 'http://localhost:8080/',
        passed: true,
        failures: [],
        masks: [],
        exitCodes: { fat: null, skinny: null },
        answers: {
          fat: { status: 200, bytes: 9, start: 'it is 9:59' },
          skinny: { status: 200, bytes: 10, start: 'it is 10:00' },
        },
        seconds: { fat: 1.25, skinny: 1.5 },
        fatRuns: 1,
        stderr: [],
      },
    ],
    rounds: [
      {
        failed: ['java -version'],
        added: [
          { path: '/usr/lib/libextra.so.1', reason: null },
          { path: '/usr/share/zoneinfo/UTC', reason: TIME_ZONES },
        ],
      },
    ],
    learned: 412,
  },
  findings: [
    ...X11.map((name, index) => ({
      kind: 'unresolved-library' as const,
      name,
      requesters: [...requesters(JDK, 17 - index), ...(index === 0 ? ['/opt/app/plugin.so'] : [])],
    })),
    {
      kind: 'provided-by-host',
      name: 'libjvm.so',
      requesters: requesters(JDK, 12),
      presentAs: [`${JDK}/server/libjvm.so`],
    },
    { kind: 'unresolved-interpreter', name: '/usr/bin/perl', requesters: ['/usr/bin/a', '/usr/bin/b'] },
    { kind: 'unresolved-command', name: 'serve', field: 'Entrypoint' },
    { kind: 'defective-elf', path: '/opt/app/broken', defect: 'program headers beyond the end' },
    {
      kind: 'blocked-library',
      name: 'libx.so.1',
      candidate: '/lib/libx.so.1',
      why: 'it is empty',
      requesters: ['/opt/app/run'],
    },
    { kind: 'partly-read', path: '/opt/app/endless', part: 'DT_NEEDED' },
    { kind: 'whiteout-name', path: '/opt/.wh.x' },
  ],
  warnings: ['The container has volumes (/data). What is in them is not part of the image.'],
  timings: [
    { phase: 'inspect', milliseconds: 12 },
    { phase: 'export', milliseconds: 1900.5, bytes: 620_123_456 },
  ],
  temporaryBytes: 40_000_000,
};

/** The same as a dry run, with nothing found and nothing to warn of. */
export const DRY_RUN: SlimReport = {
  ...SAMPLE,
  proof: null,
  subject: { ...SAMPLE.subject, name: null },
  base: { evidence: 'history', id: `sha256:${hex('a')}`, name: null, layers: 1 },
  result: { ...SAMPLE.result, imageId: null, layer: null, dryRun: true },
  trimmed: [],
  largestParts: [],
  packages: { database: null, dropped: [] },
  findings: [],
  warnings: [],
};
