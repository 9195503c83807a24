// One page that listens to one device.
import { FRAME_FLAGS_BYTE, frameFlags } from '#shared/relay/frame';
import type { BroadcastFrame, FrameListener, FrameMs } from './broadcast.ts';
import type { RelayCounters } from './counters.ts';
import { payloadOf } from './frame-message.ts';
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
  /** The end of a sound, which was lost: nothing may follow it for hours, so that the page must still get it. */
  #lostEnd: BroadcastFrame | undefined;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.frameMs = options.frameMs;
  }

  hear(frame: BroadcastFrame, nowMs: number): void {
    this.#lostEnd = undefined;
    if (this.#offer(frame, nowMs)) return;
    const { counters } = this.#options;
    this.droppedFrameCount += 1;
    counters.droppedFrames += 1;
    this.#isDiscontinuous = true;
    if (endsSound(frame)) this.#lostEnd = frame;
  }

  /** To be called now and then: sends the end of a sound that was lost, once the page keeps up again. */
  look(nowMs: number): void {
    if (this.#lostEnd && this.#offer(this.#lostEnd, nowMs)) this.#lostEnd = undefined;
  }

  /** False where the page is too far behind. */
  #offer(frame: BroadcastFrame, nowMs: number): boolean {
    const { lag, socket, counters } = this.#options;
    const verdict = lag.verdict(nowMs);
    if (verdict === 'close') this.#options.stalled();
    if (verdict !== 'send') return false;
    const message = this.#isDiscontinuous ? frame.discontinuous : frame.message;
    this.#isDiscontinuous = false;
    this.sentFrameCount += 1;
    counters.sentFrames += 1;
    counters.sentBytes += message.bytes.length;
    socket.sendFrame(message);
    lag.sent(nowMs);
    return true;
  }
}

function endsSound({ message }: BroadcastFrame): boolean {
  const flags = payloadOf(message)[FRAME_FLAGS_BYTE] ?? 0;
  return (flags & frameFlags.endOfSound) !== 0;
}
