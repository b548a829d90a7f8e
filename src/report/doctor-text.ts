import type { Ability, Diagnosis } from './diagnosis.ts';

const NAMES: { readonly [N in Ability['name']]: string } = {
  engine: 'engine',
  local: 'direct reading',
  import: 'layer first',
  tracer: 'tracing',
  'temporary-files': 'temporary files',
  reports: 'reports for explain',
};

/** A diagnosis for a person, with a newline at its end. */
export function renderDiagnosis({ tool, engine, abilities }: Diagnosis): string {
  const width = Math.max(...abilities.map(({ name }) => NAMES[name].length));
  const lines = abilities.flatMap(({ name, works, detail, hint }) => [
    `  ${NAMES[name].padEnd(width)}  ${works ? 'yes' : 'no '}  ${detail}`.trimEnd(),
    ...(hint === undefined ? [] : [`  ${' '.repeat(width)}       ${hint}`]),
  ]);
  const about =
    engine === null
      ? []
      : [
          `${KINDS[engine.kind]} ${engine.version}, API ${engine.apiVersion}, ${engine.storage}, ${engine.operatingSystem}`,
        ];
  return `${[`skinnywhale ${tool.version}, Node.js ${tool.node}, ${tool.platform}`, ...about, '', ...lines].join('\n')}\n`;
}

const KINDS = { docker: 'Docker', podman: 'Podman' } as const;
