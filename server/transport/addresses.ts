// Where AudioFile servers are found: the one home of the port and the folder (original.md 1).
import { join } from 'node:path';

/** Server number N listens on this TCP port plus N. */
export const AUDIOFILE_BASE_PORT = 1411;

export const MAX_PORT = 65_535;

/** The largest N that a port is left for. */
export const MAX_SERVER_NUMBER = MAX_PORT - AUDIOFILE_BASE_PORT;

/** The original library looks nowhere else. */
export const UNIX_SOCKET_FOLDER = '/tmp/.AF-unix';

export function tcpPort(serverNumber: number): number {
  return AUDIOFILE_BASE_PORT + serverNumber;
}

/** The number as it was written, which original programs use verbatim: 01 is another socket than 1. */
export function unixSocketPath(numberText: string, folder = UNIX_SOCKET_FOLDER): string {
  return join(folder, `AF${numberText}`);
}
