import type { ContainerInfo, DockerClient } from '../engine/client.ts';
import type { AnalysisView } from '../filesystem/analysis-view.ts';
import type { Digest } from '../model/digest.ts';
import type { EventListener } from '../model/events.ts';
import type { ImageConfig, RunConfig } from '../model/image-config.ts';
import type { OpenFeed } from './feed.ts';
import type { Snapshot } from './snapshot.ts';

/** Where an image lies. */
export type ImageLocation =
  | { readonly kind: 'engine'; readonly endpoint: string }
  | { readonly kind: 'docker-archive'; readonly file: string };

/** What is slimmed, and where it was found. */
export type Origin =
  | {
      readonly kind: 'container';
      /** of its engine: `unix:///var/run/docker.sock` */
      readonly endpoint: string;
      /** 64 hex digits */
      readonly id: string;
      readonly name: string;
      readonly running: boolean;
      /** it runs, and its programs stand still */
      readonly paused: boolean;
    }
  | {
      readonly kind: 'image';
      readonly location: ImageLocation;
      /** of its config, or of its manifest where the engine counts so */
      readonly id: Digest;
      /** `registry:5000/team/app:1.0`; undefined where it has no name that is known */
      readonly reference: string | undefined;
    };

/** What people call it. */
export function nameOf(origin: Origin): string {
  return (origin.kind === 'container' ? origin.name : origin.reference) || origin.id;
}

/**
 * How a base was found: said by the caller (`option`); the image of a container (`container`); named by the label
 * `org.opencontainers.image.base.*` (`label`); another image whose layers the lowest ones are (`layers`); the layers before
 * the user's first instruction (`history`); none, so that all is kept by need alone (`none`).
 */
export type BaseEvidence = 'option' | 'container' | 'label' | 'layers' | 'history' | 'none';

/** What lies below the change layer. */
export interface Base {
  readonly evidence: BaseEvidence;
  /** undefined where it is no image that is here */
  readonly id: Digest | undefined;
  /** a name that it has; undefined where it has none */
  readonly name: string | undefined;
  /** how many of the image's layers it has, the lowest ones. With `none` all of them: there is no change layer then. */
  readonly layers: number;
}

/** How a subject is to be read. */
export interface ReadRequest {
  /** through its engine, in the engine's folders on this machine, or whichever of them can be done and is faster */
  readonly access: 'auto' | 'engine' | 'local';
  /** a folder of this run's own, for what has to be stored meanwhile */
  readonly directory: string;
  /** what runs is paused while it is read */
  readonly pause: boolean;
  /** things will be run before the snapshot is disposed of: nothing may be paused for as long */
  readonly takesLong: boolean;
  /** takes what is settled while the rest is still being read; it need not be used */
  readonly feed?: OpenFeed | undefined;
  readonly onEvent: EventListener;
}

/** A subject's state as an image that containers can be made of. Disposing of it removes what was made for it, and nothing else. */
export interface Runnable extends AsyncDisposable {
  readonly client: DockerClient;
  readonly image: Digest;
  /** how it was run until now, and its image's configuration; absent where it was not */
  readonly ranAs?: { readonly container: Pick<ContainerInfo, 'config' | 'host'>; readonly image: RunConfig };
}

/** There is no change layer, or nothing in it. */
export interface Unchanged {
  /** for people: `nothing in it differs from its image` */
  readonly unchanged: string;
}

/** By what earlier results that were made from the same are known: they may be replaced. */
export interface Identity {
  /** labels of the result; one of them is enough: a container's id; an image's id or its repository */
  readonly labels: Readonly<Record<string, string>>;
  /** for people: `this container` */
  readonly text: string;
}

/** What is slimmed: a container or an image, wherever it lies. */
export interface Subject extends AsyncDisposable {
  readonly origin: Origin;
  readonly base: Base;
  /** how it is run, and on what: the image's, or the container's where the caller says so */
  readonly config: ImageConfig;
  /** what its programs are started with beside what `config` says (`docker run -e`): it counts for searches, and is in no result */
  readonly environment?: readonly string[];
  /** how a container was run where that is not what `config` says: what it needs then is in the result */
  readonly ranAs?: AnalysisView['ranAs'];
  /** the name of the result where the caller gives none: `skinny-app:1.0` */
  readonly defaultReference: string;
  readonly identity: Identity;
  /** bytes of all of its files, roughly, as its image's engine counts; 0 where nobody says */
  readonly size: number;
  /** absolute paths where something else is mounted, whose files are not part of it */
  readonly mounts: readonly string[];
  /**
   * Its files, at one moment; or why there is nothing in it that its base does not have.
   * @throws ReadAgain where it has to be read in another way; so do the snapshot's own methods later
   */
  read(request: ReadRequest): Promise<Snapshot | Unchanged>;
  /** What it stands for where nothing was changed in it: the image of a container. */
  standsFor?(): Promise<Subject>;
  /** Something that can be run to see what it does. Absent where there is no engine: checks are a usage error then. */
  runnable?(): Promise<Runnable>;
}
