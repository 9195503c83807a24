// The public face of dispatch: connections go in, and what happens to them follows from the protocol.
import type { Connection, DispatchOptions } from './ports.ts';
import { Server } from './server.ts';
import { Session } from './session.ts';

export type {
  AccessSources,
  Connection,
  DispatchLimits,
  DispatchOptions,
  Log,
  Peer,
  Receiver,
} from './ports.ts';

export interface Dispatch {
  /** Takes over a connection until it ends. */
  accept(connection: Connection): void;
  /** Cookies are read anew before the next connection. */
  reloadAccess(): void;
  readonly server: Server;
  /** Ends all connections once what was written to them has left. */
  close(): void;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const server = new Server(options);
  const sessions = new Set<Session>();
  return {
    server,
    accept(connection) {
      const session = new Session(server, connection, () => sessions.delete(session));
      sessions.add(session);
      session.start();
    },
    reloadAccess: () => server.access.forgetCookies(),
    close() {
      for (const session of sessions) session.end();
    },
  };
}
