import type { ReadAgain } from '../filesystem/read-again.ts';
import { SkinnywhaleError } from '../model/errors.ts';
import type { OpenFeed } from '../subject/feed.ts';
import { nameOf, type ReadRequest, type Unchanged } from '../subject/subject.ts';
import { placeOf } from './open-place.ts';
import type { Run } from './run.ts';

/** How a subject is read. */
export interface Way {
  readonly access: ReadRequest['access'];
  /** what is settled is sent while the rest is read, if that can be done */
  readonly isEarly: boolean;
}

/** The fastest way. What is to be checked first is not sent early: it may have to be made several times. */
export function firstWay({ options, proving }: Pick<Run, 'options' | 'proving'>): Way {
  return { access: options.source, isEarly: !proving.hasChecks };
}

/** The way that works where another one did not. @throws `again`, where no other way works or the caller wants none */
export function nextWay(way: Way, again: ReadAgain, { options }: Pick<Run, 'options'>): Way {
  const { onEvent } = options;
  if (again.way === 'engine' && way.access === 'auto') {
    onEvent({ type: 'debug', message: `it is read through the engine: ${again.message}` });
    return { ...way, access: 'engine' };
  }
  if (again.way === 'whole' && way.isEarly) {
    onEvent({ type: 'debug', message: `it is read again, as a whole: ${again.message}` });
    return { ...way, isEarly: false };
  }
  throw again;
}

export function readRequest(run: Run, { access, isEarly }: Way, feed: OpenFeed | undefined): ReadRequest {
  const { options, directory, proving } = run;
  return {
    access,
    directory,
    pause: options.pause,
    takesLong: proving.runsSomething,
    feed: isEarly ? feed : undefined,
    onEvent: options.onEvent,
  };
}

/**
 * The run with what the subject stands for where nothing was changed in it: the image of a container.
 * @throws NOTHING_TO_SLIM where it is nothing else
 */
export async function withStandIn(run: Run, { unchanged }: Unchanged): Promise<Run> {
  const { subject, options, engine } = run;
  const name = nameOf(subject.origin);
  if (subject.standsFor === undefined) {
    throw new SkinnywhaleError('NOTHING_TO_SLIM', `there is nothing to slim in ${name}: ${unchanged}`, {
      hint: 'With --base none, what is needed of all its layers is kept.',
    });
  }
  const image = await subject.standsFor();
  const standIn = `${name} stands for its image, ${nameOf(image.origin)}: ${unchanged}`;
  options.onEvent({ type: 'warning', message: standIn });
  return { ...run, ...(await placeOf(image, { options, engine })), standIn };
}
