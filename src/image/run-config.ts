import type { Healthcheck, RunConfig } from '../model/image-config.ts';
import { defined, fields, keySet, number, text, textMap, texts } from '../model/json-fields.ts';

/**
 * How to run it, without every field that is null or empty: in an image an empty value says the same as none, also for
 * Entrypoint and Cmd, since there is nothing beneath them that they could override.
 */
export function readRunConfig(document: unknown): RunConfig {
  const config = fields(document);
  return defined({
    User: text(config['User']),
    ExposedPorts: keySet(config['ExposedPorts']),
    Env: texts(config['Env']),
    Entrypoint: texts(config['Entrypoint']),
    Cmd: texts(config['Cmd']),
    Volumes: keySet(config['Volumes']),
    WorkingDir: text(config['WorkingDir']),
    Labels: textMap(config['Labels']),
    StopSignal: text(config['StopSignal']),
    // 0 is a meaning of its own here: kill at once
    StopTimeout: typeof config['StopTimeout'] === 'number' ? config['StopTimeout'] : undefined,
    ArgsEscaped: config['ArgsEscaped'] === true ? true : undefined,
    Healthcheck: healthcheck(config['Healthcheck']),
    Shell: texts(config['Shell']),
    OnBuild: texts(config['OnBuild']),
  });
}

function healthcheck(document: unknown): Healthcheck | undefined {
  const check = fields(document);
  const found: Healthcheck = defined({
    Test: texts(check['Test']),
    Interval: number(check['Interval']),
    Timeout: number(check['Timeout']),
    StartPeriod: number(check['StartPeriod']),
    StartInterval: number(check['StartInterval']),
    Retries: number(check['Retries']),
  });
  return Object.keys(found).length > 0 ? found : undefined;
}
