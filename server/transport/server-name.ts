// The names by which programs choose a server: host:N over TCP, :N or unix:N over the UNIX socket.
import { MAX_SERVER_NUMBER, tcpPort, unixSocketPath } from './addresses.ts';

export type ServerAddress =
  | {
      readonly kind: 'tcp';
      readonly name: string;
      readonly numberText: string;
      readonly host: string;
      readonly port: number;
    }
  | {
      readonly kind: 'unix';
      readonly name: string;
      readonly numberText: string;
      readonly path: string;
    };

/** The name says no server; the message says why. */
export class ServerNameError extends Error {
  readonly code = 'serverName';

  constructor(message: string) {
    super(message);
    this.name = 'ServerNameError';
  }
}

export interface NameEnvironment {
  readonly AUDIOFILE?: string | undefined;
  readonly DISPLAY?: string | undefined;
}

/** The name given, else the one in AUDIOFILE, else the one in DISPLAY. */
export function chooseServerName(name: string | undefined, environment: NameEnvironment): string {
  const chosen = name || environment.AUDIOFILE || environment.DISPLAY;
  if (chosen) return chosen;
  throw new ServerNameError(
    'No AudioFile server was named: give a name such as :0 or host:0, or set AUDIOFILE.',
  );
}

/** `unixSocketFolder` is for servers that keep their sockets elsewhere. */
export function parseServerName(name: string, unixSocketFolder?: string): ServerAddress {
  if (/^[^:[]*::/.test(name)) {
    throw new ServerNameError(
      `"${name}" names a DECnet server, and nobody has DECnet any more: use host:N.`,
    );
  }
  // The part after the dot is a screen of an X display, and means nothing here. An IPv6 address stands in brackets.
  const match = /^(\[[^\]]*\]|[^:]*):(\d+)(?:\.\d*)?$/.exec(name);
  const [, hostText = '', numberText = ''] = match ?? [];
  if (!match) {
    throw new ServerNameError(
      `"${name}" is no server name: it needs a colon and a number, as in :0, unix:0 or host:0.`,
    );
  }
  if (hostText === '' || hostText === 'unix') {
    return { kind: 'unix', name, numberText, path: unixSocketPath(numberText, unixSocketFolder) };
  }
  const serverNumber = Number(numberText);
  if (serverNumber > MAX_SERVER_NUMBER) {
    throw new ServerNameError(
      `"${name}" has no port: server numbers over TCP end at ${MAX_SERVER_NUMBER}.`,
    );
  }
  const host = hostText.replace(/^\[|\]$/g, '');
  return { kind: 'tcp', name, numberText, host, port: tcpPort(serverNumber) };
}
