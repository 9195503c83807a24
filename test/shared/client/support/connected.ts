// A client that the original server's recorded set-up has let in, and the scripted peer that it talks to.
import { type Connection, type ConnectOptions, connectAudioFile } from '#shared/client/index';
import { bytesOf, conversationsOf } from './golden.ts';
import { peerAndStream, type ScriptedPeer, turn } from './scripted-peer.ts';

/** The bytes with which the original server accepts a client: five devices, ids from 0x100000. */
export function acceptedBytes(littleEndian = true): Uint8Array<ArrayBuffer> {
  const file = littleEndian ? 'raw/setup-ok-le.json' : 'raw/setup-ok-be.json';
  const accepted = conversationsOf(file)[0]?.exchanges.find(
    ({ name }) => name === 'set-up accepted',
  );
  if (!accepted) throw new Error('the recording has no set-up');
  return bytesOf(accepted);
}

export async function connected(
  littleEndian = true,
  options: ConnectOptions = {},
): Promise<{ connection: Connection; peer: ScriptedPeer }> {
  const { peer, stream } = peerAndStream(littleEndian);
  const byteOrder = littleEndian ? 'little' : 'big';
  const connecting = connectAudioFile(stream, { byteOrder, ...options });
  await turn();
  peer.takeSetup();
  peer.say(acceptedBytes(littleEndian));
  return { connection: await connecting, peer };
}

/** The opcodes of what the client said since the last look. */
export function opcodesHeard(peer: ScriptedPeer): (number | undefined)[] {
  return peer.takeRequests().map((request) => request[0]);
}

/** A promise's outcome as a value, so that nothing is left unhandled. */
export function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}
