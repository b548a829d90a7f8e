import { SkinnywhaleError } from '../../model/errors.ts';
import { EngineRefusal } from '../transport/exchange.ts';
import { isAmbiguous, isMissing } from './refusals.ts';

/** `call`'s result, its refusal for a container that is not there, or not the only one, being NO_SUCH_CONTAINER. */
export async function explainMissing<T>(idOrName: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    if (isAmbiguous(error)) {
      throw new SkinnywhaleError('NO_SUCH_CONTAINER', `"${idOrName}" is the start of more than one container's id`, {
        hint: 'Give more digits of the id, or the name.',
        cause: error,
      });
    }
    throw isMissing(error) ? noSuchContainer(idOrName, error) : error;
  }
}

export function noSuchContainer(idOrName: string, cause: EngineRefusal): SkinnywhaleError {
  return new SkinnywhaleError('NO_SUCH_CONTAINER', `there is no container "${idOrName}"`, {
    hint: '`docker ps -a` lists the containers, also those that have ended.',
    cause,
  });
}
