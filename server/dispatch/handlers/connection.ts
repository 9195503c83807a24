// The connection itself, and the way to extensions.
import type { ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';
import { extensionOpcode } from '../extensions/opcodes.ts';

export const handlers = {
  QueryExtension(client: Client, { name }: RequestOf<'QueryExtension'>): ReplyOf<'QueryExtension'> {
    const opcode = extensionOpcode(client.server.options.extensions, name);
    if (opcode === undefined) return { present: 0, opcode: 0, firstEvent: 0, firstError: 0 };
    // None has events or errors of its own.
    return { present: 1, opcode, firstEvent: 0, firstError: 0 };
  },

  ListExtensions(client: Client): ReplyOf<'ListExtensions'> {
    return { extensions: client.server.options.extensions.map((name) => ({ name })) };
  },

  SyncConnection: (): ReplyOf<'SyncConnection'> => ({}),

  NoOperation: (): undefined => undefined,
};
