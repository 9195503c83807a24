// Atoms, and the properties of devices that they name.
import { NO_ATOM } from '#shared/protocol/atoms';
import { ProtocolError } from '#shared/protocol/errors';
import type { Atom } from '#shared/protocol/ids';
import type { ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';
import type { Property } from '../properties.ts';

const NOTHING = { format: 0, type: NO_ATOM, bytesAfter: 0, data: new Uint8Array(0) };

export const handlers = {
  ChangeProperty(client: Client, request: RequestOf<'ChangeProperty'>): undefined {
    const { device } = client.context(request.context);
    const { atoms } = client.server;
    const { property, type, format, data, mode } = request;
    atoms.require(property);
    atoms.require(type);
    // The data is already a copy: reading units makes one.
    client.server.properties(device).change(property, mode, { type, format, data });
    client.server.announceProperty(device, property, 'newValue');
  },

  DeleteProperty(client: Client, request: RequestOf<'DeleteProperty'>): undefined {
    const { device } = client.context(request.context);
    client.server.atoms.require(request.property);
    const wasThere = client.server.properties(device).delete(request.property);
    if (wasThere) client.server.announceProperty(device, request.property, 'deleted');
  },

  GetProperty(client: Client, request: RequestOf<'GetProperty'>): ReplyOf<'GetProperty'> {
    const { device } = client.context(request.context);
    const { server } = client;
    const { property: name, type } = request;
    server.atoms.require(name);
    if (request.delete > 1) throw new ProtocolError('BadValue', request.delete);
    if (type !== NO_ATOM) server.atoms.require(type);
    const list = server.properties(device);
    const property = list.get(name);
    if (!property) return NOTHING;
    if (type !== NO_ATOM && type !== property.type) return mismatch(property);
    const reply = part(property, request);
    if (request.delete === 1 && reply.bytesAfter === 0) {
      list.delete(name);
      server.announceProperty(device, name, 'deleted');
    }
    return reply;
  },

  ListProperties(
    client: Client,
    { context }: RequestOf<'ListProperties'>,
  ): ReplyOf<'ListProperties'> {
    const { device } = client.context(context);
    return { properties: client.server.properties(device).names() };
  },

  InternAtom(client: Client, request: RequestOf<'InternAtom'>): ReplyOf<'InternAtom'> {
    const { atoms } = client.server;
    if (request.onlyIfExists) return { atom: atoms.find(request.name) ?? NO_ATOM };
    return { atom: atoms.intern(request.name) };
  },

  GetAtomName(client: Client, { atom }: RequestOf<'GetAtomName'>): ReplyOf<'GetAtomName'> {
    const name = client.server.atoms.nameOf(atom as Atom);
    if (name === undefined) throw new ProtocolError('BadAtom', atom);
    return { name };
  },
};

/** original.md 6: of another type, the reply counts its units where bytes should be. */
function mismatch({ type, format, data }: Property): ReplyOf<'GetProperty'> {
  return { type, format, bytesAfter: data.length, data: new Uint8Array(0) };
}

/** Offset and length count 4 bytes; in plain numbers, because the original's products wrapped. */
function part(
  { type, format, data }: Property,
  { longOffset, longLength }: RequestOf<'GetProperty'>,
): ReplyOf<'GetProperty'> {
  const byteOffset = 4 * longOffset;
  if (byteOffset > data.byteLength) throw new ProtocolError('BadValue', longOffset);
  const byteCount = Math.min(4 * longLength, data.byteLength - byteOffset);
  const { BYTES_PER_ELEMENT: unitBytes } = data;
  const units = data.subarray(byteOffset / unitBytes, (byteOffset + byteCount) / unitBytes);
  return { type, format, bytesAfter: data.byteLength - byteOffset - byteCount, data: units };
}
