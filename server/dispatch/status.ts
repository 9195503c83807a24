// What clients do, for whoever looks after the server. Computed when asked, so that it costs requests nothing.
import type { Device } from '#server/devices/face';
import type { AudioContext } from './audio-context.ts';
import type { Client } from './client.ts';
import { addStatistics, type ClientStatistics, noStatistics } from './client-statistics.ts';
import type { Peer } from './ports.ts';
import type { Server } from './server.ts';

export interface ClientStatus extends Readonly<ClientStatistics> {
  readonly index: number;
  readonly peer: string;
  readonly contextCount: number;
  /** Names of the devices on which it plays now. */
  readonly playingOn: readonly string[];
}

export interface Playing {
  readonly device: Device;
  readonly index: number;
  readonly peer: string;
}

export function clientStatuses(server: Server): ClientStatus[] {
  return Array.from(server.clients.values(), (client) => ({
    index: client.index,
    peer: peerInWords(client.connection.peer),
    contextCount: client.contexts.size,
    playingOn: playedDevices(client).map(({ name }) => name),
    ...client.statistics,
  }));
}

/** What all clients did since the start, those that have left included. */
export function totalStatistics(server: Server): ClientStatistics {
  const total = noStatistics();
  addStatistics(total, server.retired);
  for (const { statistics } of server.clients.values()) addStatistics(total, statistics);
  return total;
}

/** One entry for each client and device. */
export function playing(server: Server): Playing[] {
  return [...server.clients.values()].flatMap((client) => {
    const { index, connection } = client;
    return playedDevices(client).map((device) => ({
      device,
      index,
      peer: peerInWords(connection.peer),
    }));
  });
}

/** A context that another client uses counts for the one that created it. */
function playedDevices(client: Client): Device[] {
  const contexts = Array.from(client.contexts, (id) => client.server.contexts.get(id));
  const playing = contexts.filter((context) => context !== undefined).filter(reachesBeyondNow);
  return [...new Set(playing.map(({ device }) => device))];
}

function reachesBeyondNow(context: AudioContext): boolean {
  return !context.device.isRemoved && context.stream.playEndFrame > context.stream.nowFrame();
}

export function peerInWords(peer: Peer): string {
  if (peer.kind === 'unix') return 'this machine';
  const { address, port } = peer;
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
