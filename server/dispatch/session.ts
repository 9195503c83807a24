// A connection from its first byte to its last: set-up, then turns in which requests are taken.
//
//   settingUp ──accepted──▶ ready ◀──time came── waiting     (an operation waits for its device)
//        │                  │  ▲
//        │ refused          │  └────drained───── congested   (the peer does not read what it asked for)
//        ▼                  ▼
//      closed ◀─────────────┘
//
// While a session is anything but ready its connection is paused, so that the peer's bytes stay in the
// kernel and it alone waits.

import { ProtocolError } from '#shared/protocol/errors';
import { type RequestFrame, RequestReader } from '#shared/wire/request-reader';
import type { Client } from './client.ts';
import type { Connection, Receiver } from './ports.ts';
import { handleRequest, minorOpcodeOf } from './request-table.ts';
import type { Server } from './server.ts';
import { admit } from './set-up.ts';
import { peerInWords } from './status.ts';

/** original.md 3: the original takes so many requests of one client before others have their turn. */
export const REQUESTS_PER_TURN = 10;
/** And no turn is longer than this by much, however large its requests. */
export const TURN_MS = 1;
/** For whoever is refused whatever it says: it is only read to be answered in its byte order. */
const REFUSED_SETUP_MS = 1_000;
/** With so much unread output, no more requests are taken. */
export const CONGESTED_BYTES = 256 * 1024;

type State = 'settingUp' | 'ready' | 'waiting' | 'congested' | 'closed';

export class Session implements Receiver {
  readonly #server: Server;
  readonly #connection: Connection;
  readonly #reader = new RequestReader();
  readonly #onClosed: () => void;
  #client: Client | undefined;
  #state: State = 'settingUp';
  #isPaused = false;
  #opcode = 0;
  #minorOpcode = 0;
  readonly #isOneTooMany: boolean;
  #cancelTimer: () => void;
  /** One for all its waits, because programs that play wait again and again. */
  readonly #timeCame = () => this.#becomeReady();

  constructor(server: Server, connection: Connection, onClosed: () => void) {
    this.#server = server;
    this.#connection = connection;
    this.#onClosed = onClosed;
    const { timers, limits, setUpRate } = server.options;
    const { peer } = connection;
    this.#isOneTooMany = peer.kind === 'tcp' && !setUpRate.take(peer.address);
    const limitMs = this.#isOneTooMany
      ? Math.min(REFUSED_SETUP_MS, limits.setupTimeoutMs)
      : limits.setupTimeoutMs;
    this.#cancelTimer = timers.after(limitMs, () => this.#setUpTooSlow());
  }

  /** Begins to read. */
  start(): void {
    this.#connection.start(this);
  }

  bytes(chunk: Uint8Array<ArrayBuffer>, byteCount: number): void {
    if (this.#isClosed) return;
    this.#reader.push(chunk, byteCount);
    if (this.#state === 'settingUp') this.#setUp();
    if (this.#state === 'ready') this.#turn();
    this.#reader.keep();
    this.#client?.operation?.keep();
  }

  drained(): void {
    if (!this.#isClosed) this.#client?.flush();
    if (this.#state !== 'congested') return;
    this.#cancelTimer();
    this.#state = 'ready';
    this.#turn();
  }

  closed(): void {
    if (this.#isClosed) return;
    this.#state = 'closed';
    this.#cancelTimer();
    if (this.#client) this.#leave(this.#client);
    this.#onClosed();
  }

  /** Tells the peer nothing more; what was written still leaves. */
  end(): void {
    this.#connection.end();
  }

  /** Ends at once. The connection may say so later; for the server, the client is gone now. */
  destroy(): void {
    this.#connection.destroy();
    this.closed();
  }

  #dismiss(): void {
    this.#connection.end();
    this.closed();
  }

  #leave(client: Client): void {
    const { requestCount, errorCount } = client.statistics;
    const { log } = this.#server.options;
    log.debug('a client left', { client: client.index, requestCount, errorCount });
    this.#server.remove(client);
  }

  get #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #setUp(): void {
    const result = this.#reader.nextSetup();
    if (result.kind === 'incomplete') return;
    this.#cancelTimer();
    const { log } = this.#server.options;
    const peer = peerInWords(this.#connection.peer);
    const admission = admit(this.#server, this.#connection, result, {
      isOneTooMany: this.#isOneTooMany,
      ends: { cut: () => this.destroy(), dismiss: () => this.#dismiss() },
    });
    if (admission.kind === 'accepted') {
      log.debug('a client came', { client: admission.client.index, peer });
      this.#client = admission.client;
      this.#state = 'ready';
      return;
    }
    log.debug('a connection did not become a client', { peer, why: admission.kind });
    if (admission.kind === 'refused') this.#connection.write(admission.answer);
    this.#connection.end();
    this.closed();
  }

  #setUpTooSlow(): void {
    const { log } = this.#server.options;
    log.info('a connection did not finish its set-up in time', {
      peer: peerInWords(this.#connection.peer),
    });
    this.destroy();
  }

  /** Takes requests until there are none, others should have their turn, or something must be waited for. */
  #turn(): void {
    const client = this.#client;
    if (!client) return;
    const { clock } = this.#server.options;
    const endMs = clock.nowMs() + TURN_MS;
    let requestCount = 0;
    client.isInTurn = true;
    while (this.#state === 'ready') {
      if (requestCount === REQUESTS_PER_TURN || clock.nowMs() > endMs) {
        this.#continueSoon();
        break;
      }
      if (!client.operation) {
        const frame = this.#reader.next();
        if (!frame) {
          this.#resume();
          break;
        }
        requestCount += 1;
        this.#take(client, frame);
      }
      if (client.operation) this.#step(client);
      if (client.writer.byteCount > CONGESTED_BYTES) client.flush();
      this.#waitForReader(client);
    }
    client.isInTurn = false;
    if (!this.#isClosed) client.flush();
  }

  #take(client: Client, frame: RequestFrame): void {
    // Says that this session goes on, to a connection whose peer has finished sending.
    if (this.#isPaused) this.#connection.pause();
    client.sequence = (client.sequence + 1) & 0xffff;
    client.statistics.requestCount += 1;
    this.#opcode = frame.opcode;
    this.#minorOpcode = minorOpcodeOf(client, frame);
    try {
      handleRequest(client, frame);
    } catch (error) {
      this.#refuse(client, error);
    }
  }

  #step(client: Client): void {
    const { operation } = client;
    if (!operation) return;
    try {
      const progress = operation.step();
      if (progress === 'more') return;
      if (progress !== 'done') {
        this.#waitFor(progress, operation.slackMs);
        return;
      }
      client.operation = undefined;
      operation.reply(client.writer, client.sequence);
    } catch (error) {
      client.operation = undefined;
      this.#refuse(client, error);
    }
  }

  /** The one place where what a handler throws becomes bytes. */
  #refuse(client: Client, error: unknown): void {
    const refusal = error instanceof ProtocolError ? error : new ProtocolError('BadImplementation');
    if (refusal !== error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#server.options.log.error('a request failed inside the server', {
        client: client.index,
        opcode: this.#opcode,
        detail,
      });
    }
    client.sendError(refusal, this.#opcode, this.#minorOpcode);
  }

  #waitFor(delayMs: number, slackMs: number): void {
    const { timers } = this.#server.options;
    this.#state = 'waiting';
    this.#pause();
    this.#cancelTimer = timers.after(delayMs, this.#timeCame, slackMs);
  }

  #becomeReady(): void {
    if (this.#isClosed) return;
    this.#state = 'ready';
    this.#turn();
  }

  /** Takes nothing more while much is unread; what waits for its device's time does that anyway. */
  #waitForReader(client: Client): void {
    if (this.#state !== 'ready' || this.#connection.queuedByteCount <= CONGESTED_BYTES) return;
    const { timers, limits, log } = this.#server.options;
    this.#state = 'congested';
    this.#pause();
    this.#cancelTimer = timers.after(limits.stalledOutputMs, () => {
      log.warn('a client was disconnected: it asked for more and did not read its answers', {
        client: client.index,
        unreadBytes: this.#connection.queuedByteCount,
        unreadMs: limits.stalledOutputMs,
      });
      this.destroy();
    });
  }

  #continueSoon(): void {
    this.#pause();
    this.#server.options.soon(() => {
      if (this.#state === 'ready') this.#turn();
    });
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#connection.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }
}
