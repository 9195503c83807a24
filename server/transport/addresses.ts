// Where AudioFile servers are found. The one home of the port and the folder (protocol.md 1).
import { join } from 'node:path';

/** Server N listens on this port + N. */
export const TCP_PORT_BASE = 1411;

/** The largest N that a port is left for. */
export const MAX_TCP_SERVER_NUMBER = 65_535 - TCP_PORT_BASE;

export const UNIX_SOCKET_FOLDER = '/tmp/.AF-unix';

export function tcpPort(serverNumber: number): number {
  return TCP_PORT_BASE + serverNumber;
}

/** The number as it was written: 01 is another socket than 1. */
export function unixSocketPath(numberText: string, folder = UNIX_SOCKET_FOLDER): string {
  return join(folder, `AF${numberText}`);
}
