// One page that listens to one device.
import { frameFlags } from '#shared/relay/frame';
import type { FrameMs } from './broadcast.ts';
import type { BroadcastFrame } from './broadcast-frame.ts';
import type { RelayCounters } from './counters.ts';
import type { FrameListener } from './fan-out.ts';
import type { Lag } from './lag.ts';
import type { FrameStream, PageSocket } from './ports.ts';

export interface ListeningOptions {
  readonly frameMs: FrameMs;
  readonly socket: PageSocket;
  /** The page's, for all that it listens to. */
  readonly lag: Lag;
  readonly counters: RelayCounters;
  /** The page has been behind for too long. */
  readonly stalled: () => void;
}

/**
 * Memory does not grow with what a page leaves unread: past the limit, frames are lost. Nearly always a page
 * has read everything, and a frame costs a look at this object and a write to its stream; each other object
 * that is looked at for each of a thousand listeners is one that the processor's caches do not hold.
 */
export class Listening implements FrameListener {
  readonly frameMs: FrameMs;
  sentFrameCount = 0;
  droppedFrameCount = 0;
  readonly #stream: FrameStream;
  readonly #counters: RelayCounters;
  readonly #options: ListeningOptions;
  /** So many frames may be sent without a look at how far behind the page is, while nothing waits. */
  #easyFrames = 0;
  /** Nothing connects the next frame to what the page heard before. */
  #isDiscontinuous = true;
  /** The end of a sound, which was lost: nothing may follow it for hours, so that the page must still get it. */
  #lostEnd: BroadcastFrame | undefined;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.#stream = options.socket.stream;
    this.#counters = options.counters;
    this.frameMs = options.frameMs;
  }

  hear(frame: BroadcastFrame, nowMs: number): void {
    const stream = this.#stream;
    if (this.#easyFrames > 0 && stream.writableLength === 0 && stream.writable) {
      this.#easyFrames -= 1;
      this.#count(frame.message.length);
      stream.write(frame.message);
    } else this.#hearWithCare(frame, nowMs);
  }

  /** The page was asked for a sign of life: until it gives one, it may be behind. */
  takeCare(): void {
    this.#easyFrames = 0;
  }

  /** To be called now and then: sends the end of a sound that was lost, once the page keeps up again. */
  look(nowMs: number): void {
    if (this.#lostEnd && this.#offer(this.#lostEnd, nowMs)) this.#lostEnd = undefined;
  }

  #hearWithCare(frame: BroadcastFrame, nowMs: number): void {
    this.#lostEnd = undefined;
    if (this.#offer(frame, nowMs)) return;
    this.droppedFrameCount += 1;
    this.#counters.droppedFrames += 1;
    this.#isDiscontinuous = true;
    if ((frame.flags & frameFlags.endOfSound) !== 0) this.#lostEnd = frame;
  }

  /** False where the page is too far behind. */
  #offer(frame: BroadcastFrame, nowMs: number): boolean {
    const { lag, socket } = this.#options;
    this.#easyFrames = 0;
    const verdict = lag.verdict(nowMs);
    if (verdict === 'close') this.#options.stalled();
    if (verdict !== 'send') return false;
    const message = this.#isDiscontinuous ? frame.discontinuous : frame.message;
    this.#isDiscontinuous = false;
    this.#count(message.length);
    socket.sendFrame(message);
    lag.sent(nowMs);
    this.#easyFrames = Math.floor(lag.easyMs(nowMs) / this.frameMs);
    return true;
  }

  #count(byteCount: number): void {
    this.sentFrameCount += 1;
    this.#counters.sentFrames += 1;
    this.#counters.sentBytes += byteCount;
  }
}
