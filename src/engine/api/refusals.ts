import { EngineRefusal } from '../transport/exchange.ts';

/*
 * What an engine means is in the status where the engines agree on it, and in the text where they do not: Podman's
 * compatible API gives 500 for some of what is 404 with Docker, and versions of Docker differ on the rest.
 */

/** The container or image is not there. */
export function isMissing({ status, reason }: EngineRefusal): boolean {
  if (status === 404) return true;
  return status >= 500 && /no such (container|image)|no container with name or id|image not known/i.test(reason);
}

/** A prefix of an id is that of several containers (moby: pkg/truncindex; podman: libpod/define/errors.go). */
export function isAmbiguous({ reason }: EngineRefusal): boolean {
  return /multiple ids found|ambiguous|more than one result/i.test(reason);
}

/** The container is already in the state that pause or unpause was to bring about, or has ended meanwhile. */
export function isHarmlessPauseRefusal({ status, reason }: EngineRefusal): boolean {
  return (status === 409 || status >= 500) && /already paused|is(?: not|n't) (?:paused|running)|is dead/i.test(reason);
}

/** A container that was to be ended has ended, or was never started. */
export function isHarmlessKillRefusal({ status, reason }: EngineRefusal): boolean {
  return (
    status === 404 || ((status === 409 || status >= 500) && /is(?: not|n't) running|no such container/i.test(reason))
  );
}

/** A container that was to be removed is being removed. */
export function isRemovalUnderWay({ status, reason }: EngineRefusal): boolean {
  return status === 409 && /already in progress/i.test(reason);
}

/** The container is there, but not the file in it that was asked for. */
export function isMissingPath(refusal: EngineRefusal): boolean {
  return refusal.status === 404 && !/no such container|no container with/i.test(refusal.reason);
}

/** The engine itself failed at something that it does otherwise. */
export function isEngineFault(error: unknown): error is EngineRefusal {
  return error instanceof EngineRefusal && error.status >= 500;
}
