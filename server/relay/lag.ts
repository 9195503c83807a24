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
/** While nothing is sent, pings only find out whether the page is still there. */
const IDLE_PING_MS = 5_000;
/** As many pings ago a connection may have been quicker than it ever is now. */
const ROUND_TRIPS = 8;
/** Between two looks no more than this counts as waiting: the rest is time in which this process was busy. */
const MAX_LOOK_MS = 50;
/** A page that fell behind gets sound again when it is nearly level, so that it has one gap and not many. */
const LEVEL_SHARE = 1 / 3;

export class Lag {
  readonly #socket: Pick<PageSocket, 'ping' | 'queuedByteCount'>;
  readonly #limits: Pick<RelayLimits, 'listenerLagMs' | 'stalledListenerMs'>;
  readonly #bytesPerMs: () => number;
  #roundTripsMs: number[] = [];
  #pingSentMs: number | undefined;
  #nextPingMs: number;
  #pingWaitedMs = 0;
  #lookedMs = 0;
  #behindSinceMs: number | undefined;

  /** `bytesPerMs` is what the page is sent in all; asked only while bytes wait. */
  constructor(
    socket: Pick<PageSocket, 'ping' | 'queuedByteCount'>,
    limits: Pick<RelayLimits, 'listenerLagMs' | 'stalledListenerMs'>,
    bytesPerMs: () => number,
    nowMs: number,
  ) {
    this.#socket = socket;
    this.#limits = limits;
    this.#bytesPerMs = bytesPerMs;
    this.#nextPingMs = nowMs;
  }

  /** To be asked before each frame. */
  verdict(nowMs: number): LagVerdict {
    // Nearly always: everything before has been read, or has at least left, and nobody is asked.
    const isLevel = this.#pingSentMs === undefined && this.#behindSinceMs === undefined;
    if (isLevel && this.#socket.queuedByteCount === 0) return 'send';
    const lagMs = this.#lagMs(nowMs);
    const { listenerLagMs, stalledListenerMs } = this.#limits;
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

  /** Whether it is time to ask, although nothing is sent. */
  isPingDue(nowMs: number): boolean {
    return nowMs >= this.#nextPingMs + IDLE_PING_MS;
  }

  /** Sends a ping unless one is under way. */
  ping(nowMs: number): void {
    if (this.#pingSentMs !== undefined) return;
    this.#pingSentMs = nowMs;
    this.#nextPingMs = nowMs + PING_EVERY_MS;
    this.#pingWaitedMs = 0;
    this.#lookedMs = nowMs;
    this.#socket.ping();
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

  #lagMs(nowMs: number): number {
    const sinceLookMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    const { queuedByteCount } = this.#socket;
    const queuedMs = queuedByteCount === 0 ? 0 : queuedByteCount / this.#bytesPerMs();
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
