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

/** What is tried, in turn, where nobody names a server: the one that a gateway is unless told otherwise. */
const usualServers: readonly string[] = [':0', '127.0.0.1:0'];

export interface ChosenServers {
  /** In the order in which they are to be tried. */
  readonly names: readonly string[];
  /** The variable that they are from; undefined where they were given, or nobody named one. */
  readonly variable: keyof NameEnvironment | undefined;
}

/**
 * The name given, else the one in AUDIOFILE, else the one in DISPLAY, as the original library has it (protocol.md
 * 1). Where that gives up, the usual servers are tried: beside a gateway nobody should have to name it.
 */
export function chooseServers(
  name: string | undefined,
  environment: NameEnvironment,
  usual: readonly string[] = usualServers,
): ChosenServers {
  const { AUDIOFILE, DISPLAY } = environment;
  if (name) return { names: [name], variable: undefined };
  if (AUDIOFILE) return { names: [AUDIOFILE], variable: 'AUDIOFILE' };
  if (DISPLAY) return { names: [DISPLAY], variable: 'DISPLAY' };
  return { names: usual, variable: undefined };
}

export interface ParseOptions {
  /** For servers that keep their sockets elsewhere. */
  readonly unixSocketFolder?: string | undefined;
  /** Where the name is from, for the sentence that refuses it. */
  readonly variable?: ChosenServers['variable'];
}

export function parseServerName(
  name: string,
  { unixSocketFolder, variable }: ParseOptions = {},
): ServerAddress {
  const shown = variable === undefined ? `"${name}"` : `"${name}" (from ${variable})`;
  if (/^[^:[]*::/.test(name)) {
    throw new ServerNameError(
      `${shown} names a DECnet server, and nobody has DECnet any more: use host:N.`,
    );
  }
  if (/^https?:/i.test(name)) {
    throw new ServerNameError(
      `${shown} is the link to a page, and a server has another name: host:N, where N is 0 unless the gateway was given another --server-number.`,
    );
  }
  // The part after the dot is a screen of an X display, and means nothing here. An IPv6 address stands in brackets.
  const match = /^(\[[^\]]*\]|[^:]*):(\d+)(?:\.\d*)?$/.exec(name);
  const [, hostText = '', numberText = ''] = match ?? [];
  if (!match) {
    throw new ServerNameError(
      `${shown} is no server name: it needs a colon and a number, as in :0, unix:0 or host:0.`,
    );
  }
  if (hostText === '' || hostText === 'unix') {
    return { kind: 'unix', name, numberText, path: unixSocketPath(numberText, unixSocketFolder) };
  }
  const serverNumber = Number(numberText);
  if (serverNumber > MAX_SERVER_NUMBER) {
    throw new ServerNameError(
      `${shown} has no port: server numbers over TCP end at ${MAX_SERVER_NUMBER}.`,
    );
  }
  const host = hostText.replace(/^\[|\]$/g, '');
  return { kind: 'tcp', name, numberText, host, port: tcpPort(serverNumber) };
}
