import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../fixture/docker-cli.ts';
import { type Lab, lines } from '../cases/lab.ts';

/** What is used of an event (`docker events --format '{{json .}}'`). */
interface EngineEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** Keeps an eye on what the engine makes for runs of the command on one container. */
export class Made {
  readonly #lab: Lab;
  readonly #container: string;
  readonly #since: string;

  private constructor(lab: Lab, container: string, since: string) {
    this.#lab = lab;
    this.#container = container;
    this.#since = since;
  }

  /** @param container by name */
  static async from(lab: Lab, container: string): Promise<Made> {
    return new Made(lab, await lab.containerId(container), await engineTime(lab));
  }

  /** Images of the container's state that were committed. */
  async committed(): Promise<string[]> {
    const commits = (await this.#events('container')).filter(
      ({ Action, Actor }) => Action === 'commit' && Actor.ID === this.#container,
    );
    return commits.flatMap(({ Actor }) => Actor.Attributes['imageID'] ?? []);
  }

  /** Containers that were made of the container's state, or of images that were made of the container. */
  async containers(): Promise<string[]> {
    const fat = await this.committed();
    const made = (await this.#events('container')).filter(({ Action }) => Action === 'create');
    return made
      .filter(
        ({ Actor: { Attributes } }) =>
          fat.includes(Attributes['image'] ?? '') || Attributes['io.skinnywhale.container'] === this.#container,
      )
      .map(({ Actor }) => Actor.ID);
  }

  /** Images made of the container that are there, by name or id. */
  async images(): Promise<string[]> {
    const filter = `label=io.skinnywhale.container=${this.#container}`;
    const format = '{{.Repository}}:{{.Tag}}';
    return lines(await this.#lab.docker.docker(['images', '--all', '--format', format, '--filter', filter])).sort();
  }

  /** What is still there of what was made to be thrown away: a line for each. */
  async leftovers(): Promise<string[]> {
    const containers = await this.containers();
    const mounts = (await this.#events('volume')).filter(({ Actor }) =>
      containers.includes(Actor.Attributes['container'] ?? ''),
    );
    const candidates = [
      ...(await this.committed()).map((id) => ['image', id] as const),
      ...containers.map((id) => ['container', id] as const),
      ...mounts.map(({ Actor }) => ['volume', Actor.ID] as const),
    ];
    const found: string[] = [];
    for (const [kind, id] of candidates) if (await this.#isThere(kind, id)) found.push(`${kind} ${id}`);
    return found;
  }

  /** As `leftovers`, once the engine has had the time to throw away what was cut off. */
  async leftoversSoon(): Promise<string[]> {
    for (let left = 30; left > 0 && (await this.leftovers()).length > 0; left--) await sleep(100);
    return await this.leftovers();
  }

  async #isThere(kind: string, id: string): Promise<boolean> {
    return (await this.#lab.docker.attempt([kind, 'inspect', id])).exitCode === 0;
  }

  async #events(type: string): Promise<EngineEvent[]> {
    const until = await engineTime(this.#lab);
    const range = ['--since', this.#since, '--until', until];
    const args = ['events', ...range, '--filter', `type=${type}`, '--format', '{{json .}}'];
    return lines(await this.#lab.docker.docker(args)).map((line) => JSON.parse(line) as EngineEvent);
  }
}

async function engineTime({ docker }: Lab): Promise<string> {
  return (await docker.docker(['info', '--format', '{{.SystemTime}}'])).trim();
}

/** Runs the command where this machine's strace is found. */
export async function slimTraced(lab: Lab, ...args: readonly string[]): Promise<Outcome> {
  return await lab.slim(args, { env: { PATH: process.env['PATH'] ?? '' } });
}
