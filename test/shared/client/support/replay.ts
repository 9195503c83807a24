// Replays one recorded conversation: the client is driven to say what the recorded client said, its bytes
// are compared outside the masks, and it is answered with the original server's bytes.
//
// A request that no client of this project can say (a wrong length, an opcode that does not exist) is
// replaced by NoOperation, and its answer is left out, so that sequence numbers stay what they were. Where
// the client adds a SyncConnection of its own, the peer answers it, and later sequence numbers move on.
import { chunkBytesOf, framesIn } from '#shared/client/chunks';
import { AudioFileError, ConnectionError } from '#shared/client/errors';
import type { EventSubscription } from '#shared/client/events';
import { Extension } from '#shared/client/extensions';
import { connectAudioFile } from '#shared/client/index';
import { extensions } from '#shared/protocol/extensions';
import {
  type RequestName,
  type RequestOf,
  requests as requestTable,
} from '#shared/protocol/requests/index';
import type { ByteOrder } from '#shared/protocol/setup';
import { type RequestCodec, requestCodecs, requestNamed } from '#shared/wire/request-codec';
import { RequestReader } from '#shared/wire/request-reader';
import { Writer } from '#shared/wire/writer';
import { type Driven, drivers, formatOf, type Info, Replayed } from './drivers.ts';
import { bytesOf, type Conversation, type Exchange, outsideMask } from './golden.ts';
import { peerAndStream, type ScriptedPeer, turn } from './scripted-peer.ts';

interface Compared {
  readonly actual: unknown[];
  readonly expected: unknown[];
}

export interface ReplayResult {
  readonly byteOrder: ByteOrder;
  /** What the client sent, and should have sent, without the masked bytes. */
  readonly sent: Compared;
  /** What each call came to, and was recorded to. */
  readonly outcomes: Compared;
  readonly events: Compared;
  /** The requests that methods said, and those that only `calls` could say. */
  readonly byMethod: Set<string>;
  readonly byCalls: Set<string>;
  /** The names of requests that were replaced. */
  readonly replaced: string[];
}

type Request = { [N in RequestName]: { name: N; value: RequestOf<N> } }[RequestName];
type Settled = { readonly value: unknown } | { readonly error: unknown };

interface UnderWay extends Driven {
  readonly request: string;
  /** The recorded requests that one call said; all but the last are pieces of a play. */
  readonly exchanges: readonly Exchange[];
  readonly settled: Promise<Settled>;
}

/** Undefined where no client is accepted. */
export async function replay({ exchanges }: Conversation): Promise<ReplayResult | undefined> {
  const setup = exchanges.find(({ name }) => name === 'set-up request');
  const accepted = exchanges.find(({ name }) => name === 'set-up accepted');
  if (!setup || !accepted) return undefined;
  const byteOrder = setup.info?.byteOrder === 'l' ? 'little' : 'big';
  const { peer, stream } = peerAndStream(byteOrder === 'little');
  const name = String(setup.info?.authName);
  const dataStart = 12 + Math.ceil(name.length / 4) * 4;
  const data = bytesOf(setup).subarray(dataStart, dataStart + Number(setup.info?.authBytes));
  const connecting = connectAudioFile(stream, {
    byteOrder,
    ...(name !== '' && { authorization: { name, data } }),
  });
  await turn();
  const compared: Compared = {
    actual: [outsideMask(peer.takeSetup(), setup)],
    expected: [outsideMask(bytesOf(setup), setup)],
  };
  peer.say(bytesOf(accepted));
  const connection = await connecting;
  const on = new Replayed(connection, Number(accepted.info?.idBase));
  const rest = exchanges.filter(({ name }) => !/^(set-up|connect|disconnect)/.test(name));
  const subscription = connection.events({}, { queueLimit: 10_000 });
  const run = new Replay(on, peer, rest, byteOrder, compared);
  await run.toTheEnd();
  connection.abort();
  await run.settle(subscription);
  return run.result;
}

class Replay {
  readonly result: ReplayResult;
  readonly #on: Replayed;
  readonly #peer: ScriptedPeer;
  readonly #rest: Exchange[];
  readonly #all: readonly Exchange[];
  readonly #replaced = new Set<number>();
  readonly #underWay: UnderWay[] = [];
  /** By which number a recorded request went. */
  readonly #sequences = new Map<number, number>();
  #sentCount = 0;
  /** Syncs that the client added, and that are still to be answered. */
  #owed: number[] = [];

  constructor(
    on: Replayed,
    peer: ScriptedPeer,
    exchanges: readonly Exchange[],
    byteOrder: ByteOrder,
    sent: Compared,
  ) {
    this.#on = on;
    this.#peer = peer;
    this.#all = exchanges;
    this.#rest = [...exchanges];
    this.result = {
      byteOrder,
      sent,
      outcomes: { actual: [], expected: [] },
      events: { actual: [], expected: [] },
      byMethod: new Set(),
      byCalls: new Set(),
      replaced: [],
    };
  }

  async toTheEnd(): Promise<void> {
    while (this.#rest.length > 0) {
      const said = this.#takeWhileFrom('client');
      this.#drive(said);
      await turn();
      this.#hear(said);
      for (const answer of this.#takeWhileFrom('server')) this.#answer(answer);
      this.#payOwed((sequence) => !this.#isAnswerDueBefore(sequence));
      await turn();
    }
    this.#payOwed(() => true);
    await turn();
  }

  /** Compares what calls and events came to, when nothing more will come. */
  async settle(subscription: EventSubscription): Promise<void> {
    const { outcomes, events } = this.result;
    for (const underWay of this.#underWay) {
      const { actual, expected } = this.#outcomeOf(underWay, await underWay.settled);
      outcomes.actual.push({ of: underWay.request, came: actual });
      outcomes.expected.push({ of: underWay.request, came: expected });
    }
    for await (const event of subscription) events.actual.push(describeEvent(event));
    for (const exchange of this.#all) {
      if (isEvent(exchange)) events.expected.push({ name: exchange.name, ...exchange.info });
    }
  }

  #takeWhileFrom(from: Exchange['from']): Exchange[] {
    const end = this.#rest.findIndex((exchange) => exchange.from !== from);
    return this.#rest.splice(0, end === -1 ? this.#rest.length : end);
  }

  /** All in one turn, as the recorded client wrote them without waiting for an answer. */
  #drive(said: readonly Exchange[]): void {
    for (let at = 0; at < said.length; ) {
      const exchanges = this.#piecesOfPlay(said.slice(at)) ?? said.slice(at, at + 1);
      this.#driveOne(exchanges);
      at += exchanges.length;
    }
  }

  /** Recorded plays that one call of `play` makes; undefined where it makes a single one, or cannot. */
  #piecesOfPlay(said: readonly Exchange[]): Exchange[] | undefined {
    const plays = said.map((exchange) => this.#decode(exchange));
    const last = plays.findIndex((play) => play?.name !== 'PlaySamples' || !play.value.noTimeReply);
    const pieces = plays.slice(0, last + 1);
    const first = pieces[0];
    if (last < 1 || first?.name !== 'PlaySamples') return undefined;
    const { playRateHz: rateHz } = this.#on.context(first.value.context).device;
    const encoding = formatOf(first.value)?.encoding;
    if (encoding === undefined) return undefined;
    const format = { encoding, channelCount: first.value.channelCount, rateHz };
    const chunkBytes = chunkBytesOf(format, 65_536);
    const isOneCall = pieces.every(
      (piece, index) =>
        piece?.name === 'PlaySamples' &&
        piece.value.startTime === first.value.startTime + framesIn(format, index * chunkBytes) &&
        (index === last || piece.value.samples.length === chunkBytes),
    );
    return isOneCall ? said.slice(0, last + 1) : undefined;
  }

  #driveOne(exchanges: readonly Exchange[]): void {
    const [exchange] = exchanges;
    if (!exchange) return;
    const driven = this.#driven(exchanges, exchange);
    const settled = driven.promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const set = driven.isMethod ? this.result.byMethod : this.result.byCalls;
    set.add(exchange.name);
    this.#underWay.push({ ...driven, request: exchange.name, exchanges, settled });
  }

  #driven(exchanges: readonly Exchange[], exchange: Exchange): Driven {
    const { connection } = this.#on;
    if (
      exchange.name === 'AFTime request' &&
      exchange.hex.length === 8 &&
      exchange.hex.startsWith('8000')
    ) {
      const place = { opcode: 128, firstEvent: 0, firstError: 0 };
      const extension = new Extension(connection.calls, extensions.aftime, place);
      return { promise: extension.ask('AFTime', {}), isMethod: true };
    }
    const request = this.#decode(exchange);
    if (request === undefined) {
      this.#replaced.add(exchange.seq ?? 0);
      this.result.replaced.push(exchange.name);
      return { promise: connection.noOperation(), isMethod: false };
    }
    if (exchanges.length > 1 && request.name === 'PlaySamples') {
      const samples = Buffer.concat(exchanges.map((piece) => bytesOf(piece).subarray(20)));
      return drivers.PlaySamples(this.#on, { ...request.value, samples, noTimeReply: false });
    }
    const drive = drivers[request.name] as (on: Replayed, value: Request['value']) => Driven;
    return drive(this.#on, request.value);
  }

  /** Undefined where the request is malformed. */
  #decode(exchange: Exchange): Request | undefined {
    const bytes = bytesOf(exchange);
    const name = requestNamed(bytes[0] ?? 0);
    if (name === undefined || exchange.info?.short || exchange.info?.length !== undefined) {
      return undefined;
    }
    const reader = new RequestReader();
    const mark = this.result.byteOrder === 'little' ? 0x6c : 0x42;
    const version = mark === 0x6c ? [3, 0] : [0, 3];
    reader.push(Uint8Array.of(mark, 0, ...version, 0, 0, 0, 0, 0, 0, 0, 0));
    reader.nextSetup();
    reader.next();
    reader.push(bytes);
    const frame = reader.next();
    if (!frame) return undefined;
    try {
      const request = { name, value: requestCodecs[name].decode(frame) } as Request;
      return needsBytes(request) === bytes.length ? request : undefined;
    } catch {
      return undefined;
    }
  }

  #hear(said: readonly Exchange[]): void {
    const { actual, expected } = this.result.sent;
    const heard = this.#peer.takeRequests();
    for (const exchange of said) {
      const bytes = heard.shift() ?? new Uint8Array(0);
      this.#sentCount += 1;
      const sequence = exchange.seq ?? 0;
      this.#sequences.set(sequence, this.#sentCount);
      if (this.#replaced.has(sequence)) continue;
      actual.push(`${exchange.name} ${outsideMask(bytes, exchange)}`);
      expected.push(`${exchange.name} ${outsideMask(bytesOf(exchange), exchange)}`);
    }
    const sync = heard.shift();
    if (sync?.[0] === 27) {
      this.#sentCount += 1;
      this.#owed.push(this.#sentCount);
    }
    if (heard.length > 0) actual.push(`${heard.length} requests that nobody made`);
  }

  #answer(exchange: Exchange): void {
    const recorded = exchange.seq ?? 0;
    if (this.#replaced.has(recorded) && !isEvent(exchange)) return;
    const sequence = this.#sequences.get(recorded) ?? recorded;
    this.#payOwed((owed) => owed < sequence);
    const bytes = bytesOf(exchange);
    new DataView(bytes.buffer).setUint16(2, sequence, this.#peer.littleEndian);
    this.#peer.say(bytes);
  }

  #payOwed(isDue: (sequence: number) => boolean): void {
    while (this.#owed[0] !== undefined && isDue(this.#owed[0])) {
      this.#peer.sayReply(this.#owed[0]);
      this.#owed.shift();
    }
  }

  #isAnswerDueBefore(sequence: number): boolean {
    return this.#rest.some(
      (exchange) =>
        exchange.from === 'server' &&
        !isEvent(exchange) &&
        (this.#sequences.get(exchange.seq ?? 0) ?? Number.POSITIVE_INFINITY) < sequence,
    );
  }

  #outcomeOf(underWay: UnderWay, settled: Settled): { actual: unknown; expected: unknown } {
    const numbers = underWay.exchanges.map(({ seq }) => seq);
    if (numbers.some((seq) => this.#replaced.has(seq ?? 0))) return { actual: 0, expected: 0 };
    const answer = this.#all.find(
      (exchange) =>
        exchange.from === 'server' && !isEvent(exchange) && numbers.includes(exchange.seq),
    );
    if ('error' in settled) {
      const actual = describeError(settled.error);
      return { actual, expected: answer ? recordedError(answer) : 'unfinished' };
    }
    if (answer?.name.includes('error')) return { actual: 'done', expected: recordedError(answer) };
    const isJunk = answer?.quirk !== undefined && !answer.optional;
    if (!answer?.info || isJunk || !underWay.expected) return expectedDone(underWay, answer);
    return {
      actual: settled.value,
      expected: underWay.expected(answer.info as Info, bytesOf(answer).subarray(32)),
    };
  }
}

/** The length of a request that has no bytes too many, which servers bear and clients do not send. */
function needsBytes({ name, value }: Request): number {
  const writer = new Writer(true);
  const codec = requestCodecs[name] as RequestCodec<Request['value'], unknown>;
  codec.encode(writer, value);
  return writer.byteCount;
}

/** Done without an answer is right where there is none. */
function expectedDone({ request, exchanges }: UnderWay, answer: Exchange | undefined) {
  const entry = requestTable[request as RequestName];
  const isQuiet =
    request === 'PlaySamples' && ((bytesOf(exchanges[0] as Exchange)[1] ?? 0) & 4) !== 0;
  const mustBeAnswered = entry?.reply !== undefined && !isQuiet;
  return { actual: 'done', expected: answer || !mustBeAnswered ? 'done' : 'unfinished' };
}

function isEvent({ name, from }: Exchange): boolean {
  return from === 'server' && name.endsWith(' event');
}

function describeError(error: unknown): unknown {
  if (error instanceof ConnectionError) return error.code === 'closed' ? 'unfinished' : error;
  if (!(error instanceof AudioFileError)) return error;
  const { code, majorOpcode: major, minorOpcode: minor } = error;
  return { code, major, minor };
}

function recordedError({ info }: Exchange): unknown {
  return { code: info?.code, major: info?.major, minor: info?.minor };
}

function describeEvent(event: object & { event: string }): unknown {
  const { device, state, digit, property, change } = event as Record<string, unknown>;
  const name = `${event.event} event`;
  if (event.event === 'Property') {
    return { name, device, atom: property, state: change === 'deleted' ? 1 : 0 };
  }
  if (event.event === 'PhoneDTMF') {
    return { name, device, state, digit: String.fromCharCode(Number(digit)) };
  }
  return { name, device, state };
}
