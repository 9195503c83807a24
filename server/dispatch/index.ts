// The public face of dispatch: connections go in, and what happens to them follows from the protocol.
import type { Device } from '#server/devices/face';
import { Roster } from '#server/roster';
import { predefinedAtoms } from '#shared/protocol/atoms';
import type { ClientStatistics } from './client-statistics.ts';
import type { Connection, DispatchOptions } from './ports.ts';
import { Server } from './server.ts';
import { Session } from './session.ts';
import {
  type ClientStatus,
  clientStatuses,
  type Playing,
  playing,
  totalStatistics,
} from './status.ts';

export type {
  AccessSources,
  AddressLimit,
  Connection,
  DispatchLimits,
  DispatchOptions,
  Log,
  Peer,
  Receiver,
} from './ports.ts';
export type { ClientStatus, Playing } from './status.ts';

export interface Dispatch {
  /** Takes over a connection until it ends. */
  accept(connection: Connection): void;
  /** Cookies are read anew before the next connection. */
  reloadAccess(): void;
  /** The hosts file was read again. */
  reloadHosts(addresses: readonly string[]): void;
  /** Ends a client at once; false when there is none of that number. */
  endClient(index: number): boolean;
  readonly server: Server;
  clients(): ClientStatus[];
  /** Keeps it as the property LAST_NUMBER_DIALED of the device, unless the device's properties are full. */
  numberDialed(device: Device, number: string): void;
  /** What all clients did since the start. */
  total(): ClientStatistics;
  /** Who plays now: clients whose plays reach beyond their device's now. */
  playing(): Playing[];
  /** Ends all connections once what was written to them has left. */
  close(): void;
}

export function createDispatch(options: DispatchOptions): Dispatch {
  const server = new Server(options);
  const sessions = new Roster<Session>();
  return {
    server,
    accept(connection) {
      const session = new Session(server, connection, () => sessions.delete(number));
      const number = sessions.add(session);
      session.start();
    },
    numberDialed: (device, number) =>
      server.keepText(device, predefinedAtoms.LAST_NUMBER_DIALED, number),
    clients: () => clientStatuses(server),
    total: () => totalStatistics(server),
    playing: () => playing(server),
    reloadHosts: (addresses) => server.access.reloadHosts(addresses),
    endClient(index) {
      const client = server.clients.get(index);
      client?.ends.dismiss();
      return client !== undefined;
    },
    reloadAccess: () => server.access.forgetCookies(),
    close() {
      for (const session of sessions) session.end();
    },
  };
}
