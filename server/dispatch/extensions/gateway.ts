// GATEWAY: what this server adds to the original.
import { deviceTime } from '#shared/audio/time';
import { ProtocolError } from '#shared/protocol/errors';
import type { extensions } from '#shared/protocol/extensions';
import type { Client } from '../client.ts';
import type { Peer } from '../ports.ts';
import type { Server } from '../server.ts';
import type { ExtensionHandlers } from './index.ts';

const VERSION = 1;
const MAX_TEXT_BYTES = 0xff;

/** Text travels as one character a byte; this is how UTF-8 looks as such. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1').slice(0, MAX_TEXT_BYTES);
}

function nameOf(peer: Peer): string {
  if (peer.kind === 'unix') return 'unix';
  return peer.port === undefined ? peer.address : `${peer.address}:${peer.port}`;
}

export const gatewayHandlers: ExtensionHandlers<typeof extensions.gateway> = {
  QueryVersion: () => ({ version: VERSION }),

  ListDeviceNames: (client) => ({
    devices: client.devices.map(({ name, isRemoved }) => ({
      isRemoved: isRemoved ? 1 : 0,
      name: utf8(name),
    })),
  }),

  GetDeviceTimes: (client) => {
    const nowMs = client.server.options.clock.nowMs();
    return {
      monotonicMicroseconds: Math.floor(nowMs * 1_000),
      devices: client.devices.map((device) => ({ time: deviceTime(device.frameAt(nowMs)) })),
    };
  },

  SetContextRate: (client, { context: id, rateHz }) => {
    const context = client.context(id);
    const oldRateHz = context.rateHz;
    if (rateHz !== 0) {
      if (rateHz !== context.device.rateHz && !context.isRated) requireRoomForRate(client.server);
      context.changeRate(rateHz);
    }
    return { oldRateHz, newRateHz: context.rateHz };
  },

  ListClients: (client) => {
    const { server, connection } = client;
    if (!server.access.isLocal(connection.peer)) throw new ProtocolError('BadAccess');
    return { clients: [...server.clients.values()].map(statisticsOf) };
  },
};

/** BadAlloc where as many contexts as may be have rates of their own. */
function requireRoomForRate({ contexts, options }: Server): void {
  let ratedCount = 0;
  for (const { isRated } of contexts.values()) if (isRated) ratedCount += 1;
  if (ratedCount >= options.limits.ratedContexts) throw new ProtocolError('BadAlloc');
}

function statisticsOf(client: Client) {
  const { resourceIdBase, contexts, writer, connection, statistics } = client;
  return {
    resourceIdBase,
    contextCount: contexts.size,
    isBigEndian: writer.littleEndian ? 0 : 1,
    peer: nameOf(connection.peer),
    ...statistics,
  };
}
