// One page that listens to one device.
import type { BroadcastFrame, FrameListener, FrameMs } from './broadcast.ts';
import type { RelayCounters } from './counters.ts';
import type { Lag } from './lag.ts';
import type { PageSocket } from './ports.ts';

export interface ListeningOptions {
  readonly frameMs: FrameMs;
  readonly socket: PageSocket;
  /** The page's, for all that it listens to. */
  readonly lag: Lag;
  readonly counters: RelayCounters;
  /** The page has been behind for too long. */
  readonly stalled: () => void;
}

/** Memory does not grow with what a page leaves unread: past the limit, frames are lost. */
export class Listening implements FrameListener {
  readonly frameMs: FrameMs;
  sentFrameCount = 0;
  droppedFrameCount = 0;
  readonly #options: ListeningOptions;
  /** Nothing connects the next frame to what the page heard before. */
  #isDiscontinuous = true;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.frameMs = options.frameMs;
  }

  hear(frame: BroadcastFrame, nowMs: number): void {
    const { lag, socket, counters } = this.#options;
    const verdict = lag.verdict(nowMs);
    if (verdict !== 'send') {
      this.droppedFrameCount += 1;
      counters.droppedFrames += 1;
      this.#isDiscontinuous = true;
      if (verdict === 'close') this.#options.stalled();
      return;
    }
    const message = this.#isDiscontinuous ? frame.discontinuous : frame.message;
    this.#isDiscontinuous = false;
    this.sentFrameCount += 1;
    counters.sentFrames += 1;
    counters.sentBytes += message.bytes.length;
    socket.sendFrame(message);
    lag.sent(nowMs);
  }
}
