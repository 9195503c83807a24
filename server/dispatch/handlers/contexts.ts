// Audio contexts, and which events a client hears of their devices.
import { readAttributes, requireKnownAttributes } from '#shared/protocol/attributes';
import { ProtocolError } from '#shared/protocol/errors';
import { ALL_EVENTS_MASK } from '#shared/protocol/events';
import type { RequestOf } from '#shared/protocol/requests/index';
import { AudioContext } from '../audio-context.ts';
import type { Client } from '../client.ts';

export const handlers = {
  SelectEvents(client: Client, { context, mask }: RequestOf<'SelectEvents'>): undefined {
    const { device } = client.context(context);
    if ((mask & ~ALL_EVENTS_MASK) !== 0) throw new ProtocolError('BadValue');
    client.selectEvents(device, mask);
  },

  CreateAC(client: Client, request: RequestOf<'CreateAC'>): undefined {
    const { context: id } = request;
    const { server } = client;
    if (!client.mayChooseId(id) || server.contexts.has(id)) {
      throw new ProtocolError('BadIDChoice', id);
    }
    const device = client.devices[request.device];
    if (!device || device.isRemoved) throw new ProtocolError('BadDevice', id);
    const attributes = readAttributes(request.mask, request.values, id);
    const context = new AudioContext(id, device, attributes);
    requireKnownAttributes(request.mask);
    const { contextsPerClient, contexts } = server.options.limits;
    if (client.contexts.size >= contextsPerClient || server.contexts.size >= contexts) {
      throw new ProtocolError('BadAlloc', id);
    }
    server.contexts.set(id, context);
    client.contexts.add(id);
  },

  ChangeACAttributes(client: Client, request: RequestOf<'ChangeACAttributes'>): undefined {
    const context = client.context(request.context);
    context.change(readAttributes(request.mask, request.values));
    requireKnownAttributes(request.mask);
  },

  /** Any client may free any context, and a play that waits on it goes on. */
  FreeAC(client: Client, { context: id }: RequestOf<'FreeAC'>): undefined {
    if (!client.server.contexts.delete(id)) throw new ProtocolError('BadAC', id);
    client.server.ownerOf(id)?.contexts.delete(id);
  },
};
