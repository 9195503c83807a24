// A client in memory that speaks the protocol with a test server: it sends requests, counts them, and
// takes answers apart.

import { writeAttributes } from '#shared/protocol/attributes';
import { errorNamed } from '#shared/protocol/errors';
import type { AudioEvent } from '#shared/protocol/events';
import { extensions } from '#shared/protocol/extensions';
import type { ContextId, DeviceIndex } from '#shared/protocol/ids';
import type { AnyRequestEntry, ReplyValue, RequestValue } from '#shared/protocol/message';
import type { ReplyOf, RequestName, RequestOf } from '#shared/protocol/requests/index';
import type { SetupAccepted } from '#shared/protocol/setup';
import { decodeError, decodeEvent, decodeSetupAccepted } from '#shared/wire/packet-codec';
import { type RequestCodec, requestCodec, requestCodecs } from '#shared/wire/request-codec';
import { Writer } from '#shared/wire/writer';
import type { TestServer } from '#test/support/dispatch';
import type { FakeConnection } from '#test/support/fake-connection';
import { type Bytes, cursorOver, plainSetup } from '#test/support/streams';

export type Answer =
  | { readonly kind: 'reply'; readonly sequence: number; readonly bytes: Bytes }
  | {
      readonly kind: 'error';
      readonly sequence: number;
      readonly error: string;
      readonly value: number;
      readonly opcode: number;
      readonly minorOpcode: number;
    }
  | { readonly kind: 'event'; readonly sequence: number; readonly event: AudioEvent };

type GatewayRequests = (typeof extensions.gateway)['requests'];
export type GatewayRequestName = keyof GatewayRequests;
type GatewayRequest<N extends GatewayRequestName> = RequestValue<GatewayRequests[N]>;
type GatewayReply<N extends GatewayRequestName> = ReplyValue<GatewayRequests[N]>;

export type Attributes = Parameters<typeof writeAttributes>[0];

export interface TestClientOptions {
  readonly littleEndian?: boolean;
  readonly address?: string;
}

const PlaySamplesDefaults = { bigEndianSamples: false, noTimeReply: false };
const RecordSamplesDefaults = { bigEndianSamples: false, block: false };

function encoded<V>(codec: RequestCodec<V, unknown>, value: V, littleEndian: boolean): Bytes {
  const writer = new Writer(littleEndian);
  codec.encode(writer, value);
  return writer.take() ?? new Uint8Array(0);
}

/** The bytes of one request. */
export function requestBytes<N extends RequestName>(
  name: N,
  value: RequestOf<N>,
  littleEndian = true,
): Bytes {
  return encoded(requestCodecs[name] as RequestCodec<RequestOf<N>, unknown>, value, littleEndian);
}

export class TestClient {
  readonly server: TestServer;
  readonly connection: FakeConnection;
  readonly littleEndian: boolean;
  readonly setup: SetupAccepted;
  /** Of the last request sent, not wrapped. */
  sequence = 0;
  #nextContext = 0;

  /** Connects and sees its set-up accepted. */
  constructor(server: TestServer, { littleEndian = true, address }: TestClientOptions = {}) {
    this.server = server;
    this.littleEndian = littleEndian;
    this.connection = server.connect(littleEndian, address);
    this.connection.send(plainSetup(littleEndian ? 'little' : 'big'));
    server.time.advance(0);
    const answer = this.connection.receive();
    if (answer?.[0] !== 1) throw new Error('the set-up was not accepted');
    this.setup = decodeSetupAccepted(cursorOver(this.#order, answer), 0);
  }

  get #order(): 'little' | 'big' {
    return this.littleEndian ? 'little' : 'big';
  }

  /** Sends a request; gives its number. */
  send<N extends RequestName>(name: N, value: RequestOf<N>): number {
    return this.sendBytes(requestBytes(name, value, this.littleEndian));
  }

  /** Sends the bytes of so many requests, in one chunk; gives the number of the last one. */
  sendBytes(bytes: Uint8Array, requestCount = 1): number {
    this.sequence += requestCount;
    this.connection.send(bytes);
    return this.sequence & 0xffff;
  }

  /** Sends a request and gives its reply, which must be the next thing that comes at this moment. */
  ask<N extends RequestName>(name: N, value: RequestOf<N>): ReplyOf<N> {
    const sequence = this.send(name, value);
    this.server.time.advance(0);
    return this.reply(name, sequence);
  }

  /** Takes the next packet, which must be the reply of that number. */
  reply<N extends RequestName>(name: N, sequence = this.sequence & 0xffff): ReplyOf<N> {
    return requestCodecs[name].decodeReply(this.#replyCursor(name, sequence), 0) as ReplyOf<N>;
  }

  /** Sends a request and gives its error, which must be the next thing that comes at this moment. */
  refusal<N extends RequestName>(name: N, value: RequestOf<N>): Extract<Answer, { kind: 'error' }> {
    this.send(name, value);
    this.server.time.advance(0);
    return this.error();
  }

  /** Takes the next packet, which must be an error. */
  error(): Extract<Answer, { kind: 'error' }> {
    const answer = this.receive();
    if (answer?.kind === 'error') return answer;
    throw new Error(`expected an error, and got ${JSON.stringify(answer)}`);
  }

  /** Takes the next packet, which must be an event. */
  event(): AudioEvent {
    const answer = this.receive();
    if (answer?.kind === 'event') return answer.event;
    throw new Error(`expected an event, and got ${JSON.stringify(answer)}`);
  }

  receive(): Answer | undefined {
    const bytes = this.connection.receive();
    if (!bytes) return undefined;
    const cursor = cursorOver(this.#order, bytes);
    const sequence = cursor.view.getUint16(2, this.littleEndian);
    if (bytes[0] === 1) return { kind: 'reply', sequence, bytes };
    if (bytes[0] !== 0) {
      const event = decodeEvent(cursor, 0);
      if (!event) throw new Error(`nobody knows an event of type ${bytes[0]}`);
      return { kind: 'event', sequence, event };
    }
    const { code, value, majorOpcode, minorOpcode } = decodeError(cursor, 0);
    const error = errorNamed(code) ?? String(code);
    return { kind: 'error', sequence, error, value, opcode: majorOpcode, minorOpcode };
  }

  /** Everything that came and was not taken yet. */
  receiveAll(): Answer[] {
    const answers: Answer[] = [];
    for (let answer = this.receive(); answer; answer = this.receive()) answers.push(answer);
    return answers;
  }

  /** Whether there is nothing left to take. */
  hasHeardAll(): boolean {
    return this.receive() === undefined;
  }

  get resourceIdBase(): number {
    return this.setup.resourceIdBase;
  }

  /** Creates a context under the next id of this client, and sees that nothing is refused. */
  createContext(device: number, attributes: Attributes = {}): ContextId {
    const context = (this.resourceIdBase + this.#nextContext) as ContextId;
    this.#nextContext += 1;
    this.send('CreateAC', {
      context,
      device: device as DeviceIndex,
      ...writeAttributes(attributes),
    });
    this.sync();
    return context;
  }

  /** Sees that nothing is on its way, and that the server still answers. */
  sync(): void {
    this.ask('SyncConnection', {});
  }

  /** The device time now. */
  time(context: ContextId): number {
    return this.ask('GetTime', { context }).time;
  }

  /** Starts a play; its reply is taken later. */
  play(
    context: ContextId,
    startTime: number,
    samples: Uint8Array,
    rest: Partial<RequestOf<'PlaySamples'>> = {},
  ): number {
    return this.send('PlaySamples', {
      ...PlaySamplesDefaults,
      context,
      startTime: (startTime >>> 0) as RequestOf<'PlaySamples'>['startTime'],
      channelCount: 1,
      encoding: 0,
      samples,
      ...rest,
    });
  }

  /** Starts a record; its reply is taken later. */
  record(
    context: ContextId,
    startTime: number,
    byteCount: number,
    rest: Partial<RequestOf<'RecordSamples'>> = {},
  ): number {
    return this.send('RecordSamples', {
      ...RecordSamplesDefaults,
      context,
      startTime: (startTime >>> 0) as RequestOf<'RecordSamples'>['startTime'],
      byteCount,
      channelCount: 1,
      encoding: 0,
      ...rest,
    });
  }

  /** What was recorded, which must come at this moment. */
  recorded(
    context: ContextId,
    startTime: number,
    byteCount: number,
    rest: Partial<RequestOf<'RecordSamples'>> = {},
  ): ReplyOf<'RecordSamples'> {
    const sequence = this.record(context, startTime, byteCount, rest);
    this.server.time.advance(0);
    const { time, samples } = this.reply('RecordSamples', sequence);
    return { time, samples: samples.slice() };
  }

  /** Sends a request of the GATEWAY extension, which the server must offer; gives its number. */
  sendGateway<N extends GatewayRequestName>(name: N, value: GatewayRequest<N>): number {
    const { opcode, present } = this.ask('QueryExtension', { name: 'GATEWAY' });
    if (present !== 1) throw new Error('the server does not offer GATEWAY');
    const entry = extensions.gateway.requests[name];
    const writer = new Writer(this.littleEndian);
    gatewayCodec(name).encode(writer, value, opcode, entry.opcode);
    return this.sendBytes(writer.take() ?? new Uint8Array(0));
  }

  askGateway<N extends GatewayRequestName>(name: N, value: GatewayRequest<N>): GatewayReply<N> {
    const sequence = this.sendGateway(name, value);
    this.server.time.advance(0);
    return gatewayCodec(name).decodeReply(this.#replyCursor(name, sequence), 0);
  }

  close(): void {
    this.connection.close();
    this.server.time.advance(0);
  }

  #replyCursor(name: string, sequence: number) {
    const answer = this.receive();
    if (answer?.kind !== 'reply') {
      throw new Error(`expected the reply to ${name}, and got ${JSON.stringify(answer)}`);
    }
    if (answer.sequence !== sequence) {
      throw new Error(`expected the reply of ${sequence}, and got the one of ${answer.sequence}`);
    }
    return cursorOver(this.#order, answer.bytes);
  }
}

function gatewayCodec<N extends GatewayRequestName>(name: N) {
  const entry: AnyRequestEntry = extensions.gateway.requests[name];
  return requestCodec(entry) as unknown as RequestCodec<GatewayRequest<N>, GatewayReply<N>>;
}

/** Two clients of different byte orders, for tests that must not depend on either. */
export const byteOrders = [
  ['little-endian', true],
  ['big-endian', false],
] as const;
