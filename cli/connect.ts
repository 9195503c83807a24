// Opening a server by its name: the way there, the cookie, and the set-up.
import { type DialOptions, dialAudioFile } from '#server/transport/dial';
import {
  authorityPath,
  findCookie,
  readAuthority,
  tcpTarget,
  unixTarget,
} from '#server/transport/xauthority';
import { type Connection, connectAudioFile } from '#shared/client/index';
import type { ByteOrder } from '#shared/protocol/setup';

export interface OpenOptions extends DialOptions {
  readonly byteOrder?: ByteOrder;
  /** The X authority file; XAUTHORITY or the one at home unless given. */
  readonly authorityFile?: string;
}

/** The name defaults to AUDIOFILE and DISPLAY of the environment, and where there is none to server 0 here. */
export async function openAudioFile(name?: string, options: OpenOptions = {}): Promise<Connection> {
  const { stream, address, remoteAddress } = await dialAudioFile(name, options);
  const { byteOrder, signal } = options;
  // As people's tools write it: without leading zeros.
  const number = String(Number(address.numberText));
  const target =
    remoteAddress === undefined ? unixTarget(number) : tcpTarget(remoteAddress, number);
  const entries = await readAuthority(options.authorityFile ?? authorityPath(process.env));
  const authorization = findCookie(entries, target);
  return connectAudioFile(stream, { byteOrder, authorization, signal });
}
