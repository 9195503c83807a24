// A client that was admitted: what it may touch, and the way to tell it something.
import type { Device } from '#server/devices/face';
import { errors, ProtocolError } from '#shared/protocol/errors';
import { type AudioEvent, events } from '#shared/protocol/events';
import type { ContextId } from '#shared/protocol/ids';
import { SERVER_RESOURCE_BIT } from '#shared/protocol/limits';
import { encodeError, encodeEvent } from '#shared/wire/packet-codec';
import { Writer } from '#shared/wire/writer';
import type { AudioContext } from './audio-context.ts';
import { type ClientStatistics, noStatistics } from './client-statistics.ts';
import type { Operation } from './operation.ts';
import { PlayOperation } from './play-operation.ts';
import { type Connection, TOLD_WHEN_DRAINED_BYTES } from './ports.ts';
import { RecordOperation } from './record-operation.ts';
import type { Server } from './server.ts';

/** A resource id's top bits are its client's number. */
const CLIENT_SHIFT = 20;

export function clientIndexOf(resourceId: number): number {
  return resourceId >>> CLIENT_SHIFT;
}

/** How the server ends a client; either way all that it has is gone at once. */
export interface ClientEnds {
  /** What it was not told yet is lost. */
  readonly cut: () => void;
  /** In good order, by which it knows that it was meant, and is not to come back by itself. */
  readonly dismiss: () => void;
}

export class Client {
  readonly server: Server;
  readonly connection: Connection;
  readonly ends: ClientEnds;
  /** From 1 up; the top bits of its resource ids. */
  readonly index: number;
  readonly writer: Writer;
  /** The devices as the set-up reply listed them; others may have come and gone since. */
  readonly devices: readonly Device[];
  /** Contexts that end with this client. */
  readonly contexts = new Set<ContextId>();
  readonly statistics: ClientStatistics = noStatistics();
  readonly play = new PlayOperation(this.statistics);
  readonly record = new RecordOperation(this.statistics);
  /** Number of the last request taken, modulo 2^16. */
  sequence = 0;
  /** While it is there, no other request of this client is taken. */
  operation: Operation | undefined;
  /** What is written leaves when the turn ends. */
  isInTurn = false;
  #eventMasks = new Map<Device, number>();

  constructor(
    server: Server,
    connection: Connection,
    index: number,
    littleEndian: boolean,
    ends: ClientEnds,
  ) {
    this.server = server;
    this.connection = connection;
    this.ends = ends;
    this.index = index;
    this.writer = new Writer(littleEndian);
    this.devices = server.options.devices.devices;
  }

  get resourceIdBase(): number {
    return (this.index << CLIENT_SHIFT) >>> 0;
  }

  /** Whether this client may create something under that id. */
  mayChooseId(id: number): boolean {
    return clientIndexOf(id) === this.index && (id & SERVER_RESOURCE_BIT) === 0;
  }

  /** BadAC unless somebody created it; BadDevice once its device was removed. */
  context(id: ContextId): AudioContext {
    const context = this.server.contexts.get(id);
    if (!context) throw new ProtocolError('BadAC', id);
    if (context.device.isRemoved) throw new ProtocolError('BadDevice');
    return context;
  }

  selectEvents(device: Device, mask: number): void {
    this.#eventMasks.set(device, mask);
  }

  /** Sends an event of a device to this client, if it selected it. */
  deliver(device: Device, event: AudioEvent): void {
    const mask = this.#eventMasks.get(device) ?? 0;
    if ((mask & (1 << events[event.event].type)) === 0) return;
    encodeEvent(this.writer, this.sequence, event);
    if (this.isInTurn) return;
    // Pieces of 32 bytes that wait take ten times the memory of their bytes, so that they wait together.
    if (this.connection.queuedByteCount < TOLD_WHEN_DRAINED_BYTES) this.flush();
    else this.#requireReader();
  }

  sendError(error: ProtocolError, majorOpcode: number, minorOpcode: number): void {
    this.statistics.errorCount += 1;
    const { code } = errors[error.errorName];
    encodeError(this.writer, this.sequence, { code, value: error.value, majorOpcode, minorOpcode });
  }

  /** Hands over what was written; a client that leaves too much of it unread is disconnected. */
  flush(): void {
    const bytes = this.writer.take();
    if (bytes) this.connection.write(bytes);
    this.#requireReader();
  }

  #requireReader(): void {
    const { limits, log } = this.server.options;
    const unreadBytes = this.connection.queuedByteCount + this.writer.byteCount;
    if (unreadBytes <= limits.queuedBytesPerClient) return;
    log.warn('a client was disconnected: it left too much unread', {
      client: this.index,
      unreadBytes,
    });
    this.ends.cut();
  }
}
