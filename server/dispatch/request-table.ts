// From a frame to its handler: one entry for each opcode, made from the tables of the protocol.
import { ProtocolError } from '#shared/protocol/errors';
import { FIRST_EXTENSION_OPCODE } from '#shared/protocol/limits';
import { type RequestName, requests } from '#shared/protocol/requests/index';
import { requestCodecs } from '#shared/wire/request-codec';
import type { RequestFrame } from '#shared/wire/request-reader';
import type { Client } from './client.ts';
import { handleExtensionRequest } from './extensions/index.ts';
import { extensionNamed } from './extensions/opcodes.ts';
import { type Handler, handlers } from './handlers/index.ts';

type FrameHandler = (client: Client, frame: RequestFrame) => void;

function bind<N extends RequestName>(name: N): FrameHandler {
  const codec = requestCodecs[name];
  const handler: Handler<N> = handlers[name];
  return (client, frame) => {
    const reply = handler(client, codec.decode(frame));
    if (reply !== undefined) codec.encodeReply(client.writer, client.sequence, reply);
  };
}

const byOpcode: (FrameHandler | undefined)[] = new Array(256).fill(undefined);
for (const name of Object.keys(requests) as RequestName[]) {
  byOpcode[requests[name].opcode] = bind(name);
}

/** Does what a request asks for, and writes its reply unless that takes longer. Throws ProtocolError. */
export function handleRequest(client: Client, frame: RequestFrame): void {
  if (frame.opcode >= FIRST_EXTENSION_OPCODE) {
    handleExtensionRequest(client, frame);
    return;
  }
  const handle = byOpcode[frame.opcode];
  if (!handle) throw new ProtocolError('BadRequest');
  handle(client, frame);
}

/** What an error says besides the opcode: only requests of an extension that is there have a minor one. */
export function minorOpcodeOf(client: Client, frame: RequestFrame): number {
  const name = extensionNamed(client.server.options.extensions, frame.opcode);
  return name === undefined ? 0 : frame.detail;
}
