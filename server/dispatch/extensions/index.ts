// The extensions that this server offers: which opcode each has, and what its requests do.
import { ProtocolError } from '#shared/protocol/errors';
import { type ExtensionEntry, extensions } from '#shared/protocol/extensions';
import type { AnyRequestEntry, ReplyValue, RequestValue } from '#shared/protocol/message';
import { requestCodec } from '#shared/wire/request-codec';
import type { RequestFrame } from '#shared/wire/request-reader';
import type { Client } from '../client.ts';
import { aftimeHandlers } from './aftime.ts';
import { gatewayHandlers } from './gateway.ts';
import { extensionNamed } from './opcodes.ts';

export type ExtensionHandler<E extends AnyRequestEntry> = (
  client: Client,
  request: RequestValue<E>,
) => ReplyValue<E>;

/** One handler for each request of an extension's table. */
export type ExtensionHandlers<X extends ExtensionEntry> = {
  readonly [N in keyof X['requests']]: ExtensionHandler<X['requests'][N]>;
};

type FrameHandler = (client: Client, frame: RequestFrame) => void;

interface Extension {
  readonly name: string;
  handle: FrameHandler;
}

function compile<X extends ExtensionEntry>(entry: X, handlers: ExtensionHandlers<X>): Extension {
  const byMinorOpcode = new Map<number, FrameHandler>();
  for (const [name, request] of Object.entries(entry.requests)) {
    const codec = requestCodec(request);
    const handler = handlers[name] as ExtensionHandler<AnyRequestEntry>;
    byMinorOpcode.set(request.opcode, (client, frame) => {
      codec.encodeReply(client.writer, client.sequence, handler(client, codec.decode(frame)));
    });
  }
  return {
    name: entry.name,
    handle: (client, frame) => {
      const handle = byMinorOpcode.get(entry.usesMinorOpcodes ? frame.detail : 0);
      if (!handle) throw new ProtocolError('BadRequest');
      handle(client, frame);
    },
  };
}

const available: Readonly<Record<string, Extension>> = {
  [extensions.aftime.name]: compile(extensions.aftime, aftimeHandlers),
  [extensions.gateway.name]: compile(extensions.gateway, gatewayHandlers),
};

export function handleExtensionRequest(client: Client, frame: RequestFrame): void {
  const name = extensionNamed(client.server.options.extensions, frame.opcode);
  const extension = name === undefined ? undefined : available[name];
  if (!extension) throw new ProtocolError('BadRequest');
  extension.handle(client, frame);
}
