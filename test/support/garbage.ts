// Tells whether something was let go of, by asking the engine to collect it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A promise runs in between, because what a WeakRef gave stays alive until the end of its turn. */
export async function isReleased(reference: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 5; round += 1) {
    await Promise.resolve();
    await new Promise(setImmediate);
    collect();
    if (reference.deref() === undefined) return true;
  }
  return false;
}
