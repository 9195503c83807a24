// A frame as listeners get it.
import { FRAME_FLAGS_BYTE, frameFlags } from '#shared/relay/frame';
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
    this.#discontinuous ??= this.#isDiscontinuous
      ? this.message
      : withFlag(this.message, frameFlags.discontinuity);
    return this.#discontinuous;
  }

  get #isDiscontinuous(): boolean {
    const flags = payloadOf(this.message)[FRAME_FLAGS_BYTE] ?? 0;
    return (flags & frameFlags.discontinuity) !== 0;
  }
}
