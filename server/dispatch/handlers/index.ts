// What each request does. The compiler sees to it that none is missing.
import type { ReplyOf, RequestName, RequestOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';
import * as access from './access.ts';
import * as connection from './connection.ts';
import * as contexts from './contexts.ts';
import * as devices from './devices.ts';
import * as phone from './phone.ts';
import * as properties from './properties.ts';
import * as samples from './samples.ts';

/**
 * Throws ProtocolError to refuse. Gives the reply; a request whose reply comes later, or that has none,
 * gives nothing.
 */
export type Handler<N extends RequestName> = (
  client: Client,
  request: RequestOf<N>,
) => ReplyOf<N> | undefined;

export const handlers: { readonly [N in RequestName]: Handler<N> } = {
  ...access.handlers,
  ...connection.handlers,
  ...contexts.handlers,
  ...devices.handlers,
  ...phone.handlers,
  ...properties.handlers,
  ...samples.handlers,
};
