// Where AudioFile servers listen. (protocol.md 1)

/** Server number N listens on this TCP port plus N. */
export const AUDIOFILE_BASE_PORT = 1411;

/** The original library looks nowhere else. */
export const UNIX_SOCKET_FOLDER = '/tmp/.AF-unix';

/** `serverName` is the text after the colon of a server's name, which original programs use verbatim. */
export function unixSocketPath(serverName: string): string {
  return `${UNIX_SOCKET_FOLDER}/AF${serverName}`;
}
