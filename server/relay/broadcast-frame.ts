// A frame as listeners get it.
import { frameFlags, frameOffsets } from '#shared/relay/frame';
import { payloadOf, withFlag } from './frame-message.ts';
import type { FrameMessage } from './ports.ts';

/** At most two messages, whoever hears it. */
export class BroadcastFrame {
  /** As it follows from the one before. */
  readonly message: FrameMessage;
  #discontinuous: FrameMessage | undefined;

  constructor(message: FrameMessage) {
    this.message = message;
  }

  /** As the first that somebody hears. */
  get discontinuous(): FrameMessage {
    this.#discontinuous ??=
      (this.flags & frameFlags.discontinuity) !== 0
        ? this.message
        : withFlag(this.message, frameFlags.discontinuity);
    return this.#discontinuous;
  }

  get flags(): number {
    return payloadOf(this.message)[frameOffsets.flags] ?? 0;
  }
}
