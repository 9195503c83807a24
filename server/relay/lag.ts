// How far behind a page is with reading, and what follows from that: its policy is "drop by age, then close".
//
// Bytes that wait in this process are only the end of a queue: before them the kernels of both machines hold
// seconds of sound. So every two seconds a ping goes out behind a frame, and until the browser answers it, all that
// was sent before it may be waiting.
import type { PageSocket, RelayLimits } from './ports.ts';

export type LagVerdict = 'send' | 'drop' | 'close';

/** The time on the way of a page that has not answered yet. */
const ASSUMED_ROUND_TRIP_MS = 1_000;
const PING_EVERY_MS = 2_000;
/** Pages are asked in groups, so that their answers do not wake this process for each of them. */
const PING_GRID_MS = 200;
/** While nothing is sent, pings only find out whether the page is still there. */
const IDLE_PING_MS = 5_000;
/** As many pings ago a connection may have been quicker than it ever is now. */
const ROUND_TRIPS = 8;
/** Between two looks no more than this counts as waiting: the rest is time in which this process was busy. */
const MAX_LOOK_MS = 50;
/** A page that fell behind gets sound again when it is nearly level, so that it has one gap and not many. */
const LEVEL_SHARE = 1 / 3;

export interface LagOptions {
  readonly socket: Pick<PageSocket, 'ping' | 'queuedByteCount'>;
  readonly limits: Pick<RelayLimits, 'listenerLagMs' | 'stalledListenerMs'>;
  /** What the page is sent in all; asked only while bytes wait. */
  bytesPerMs(): number;
  /** A ping goes out: `easyMs` counts no more. */
  asking(): void;
}

export class Lag {
  readonly #options: LagOptions;
  #roundTripsMs: number[] = [];
  #pingSentMs: number | undefined;
  #nextPingMs: number;
  #pingWaitedMs = 0;
  #lookedMs = 0;
  #behindSinceMs: number | undefined;

  constructor(options: LagOptions, nowMs: number) {
    this.#options = options;
    this.#nextPingMs = nowMs;
  }

  /** To be asked before each frame, unless `easyMs` says otherwise. */
  verdict(nowMs: number): LagVerdict {
    if (this.#isLevel && this.#options.socket.queuedByteCount === 0) return 'send';
    const lagMs = this.#lagMs(nowMs);
    const { listenerLagMs, stalledListenerMs } = this.#options.limits;
    const allowedMs =
      this.#behindSinceMs === undefined ? listenerLagMs : listenerLagMs * LEVEL_SHARE;
    if (lagMs <= allowedMs) {
      this.#behindSinceMs = undefined;
      return 'send';
    }
    this.#behindSinceMs ??= nowMs;
    return nowMs - this.#behindSinceMs > stalledListenerMs ? 'close' : 'drop';
  }

  /** To be called after a frame was sent. */
  sent(nowMs: number): void {
    if (nowMs >= this.#nextPingMs) this.ping(nowMs);
  }

  /** For so long everything may be sent before which no bytes wait: nobody is asked, and nobody need be. */
  easyMs(nowMs: number): number {
    return this.#isLevel ? this.#nextPingMs - nowMs : 0;
  }

  /** Whether it is time to ask, although nothing is sent. */
  isPingDue(nowMs: number): boolean {
    return nowMs >= this.#nextPingMs + IDLE_PING_MS;
  }

  /** Sends a ping unless one is under way. */
  ping(nowMs: number): void {
    if (this.#pingSentMs !== undefined) return;
    this.#pingSentMs = nowMs;
    this.#nextPingMs = Math.round((nowMs + PING_EVERY_MS) / PING_GRID_MS) * PING_GRID_MS;
    this.#pingWaitedMs = 0;
    this.#lookedMs = nowMs;
    this.#options.asking();
    this.#options.socket.ping();
  }

  pong(nowMs: number): void {
    if (this.#pingSentMs === undefined) return;
    this.#roundTripsMs = [...this.#roundTripsMs.slice(1 - ROUND_TRIPS), nowMs - this.#pingSentMs];
    this.#pingSentMs = undefined;
  }

  /** How long the page has owed an answer. */
  unansweredMs(nowMs: number): number {
    return this.#pingSentMs === undefined ? 0 : nowMs - this.#pingSentMs;
  }

  /** All that was sent has been read, as far as anybody knows. */
  get #isLevel(): boolean {
    return this.#pingSentMs === undefined && this.#behindSinceMs === undefined;
  }

  #lagMs(nowMs: number): number {
    const sinceLookMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    const { socket, bytesPerMs } = this.#options;
    const { queuedByteCount } = socket;
    const queuedMs = queuedByteCount === 0 ? 0 : queuedByteCount / bytesPerMs();
    if (this.#pingSentMs === undefined) return queuedMs;
    this.#pingWaitedMs += Math.min(sinceLookMs, MAX_LOOK_MS);
    return Math.max(queuedMs, this.#pingWaitedMs - this.#roundTripMs);
  }

  get #roundTripMs(): number {
    return this.#roundTripsMs.length === 0
      ? ASSUMED_ROUND_TRIP_MS
      : Math.min(...this.#roundTripsMs);
  }
}
