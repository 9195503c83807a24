// Where on this machine the gateway keeps what outlives it, unless its configuration says otherwise.
import path from 'node:path';
import { homeFolder } from '#server/transport/home-folder';

type Environment = Readonly<Record<string, string | undefined>>;

/** As the XDG base directory specification has it. */
export function stateFolder(environment: Environment): string {
  const state = environment.XDG_STATE_HOME || path.join(homeFolder(environment), '.local', 'state');
  return path.join(state, 'audiofile-gateway');
}

/** Where answering machines put what callers said, and the page finds it. */
export function defaultMessagesFolder(environment: Environment): string {
  return path.join(stateFolder(environment), 'messages');
}
