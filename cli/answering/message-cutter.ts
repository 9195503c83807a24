// Decides where a message ends and what of the sound belongs to it: silence, the key # and whatever happens
// on the line end it, and neither the key's tone nor the silence before the end is kept. Pure arithmetic on
// frames of the recording; it knows neither clocks nor files.
import { createDtmfDetector } from '#shared/audio/dtmf-detector';
import { createSilenceDetector } from '#shared/audio/silence';

export const messageEnds = {
  silence: 'the caller fell silent',
  key: 'the caller pressed #',
  hungUp: 'the call is over',
  longest: 'it became too long',
  stopped: 'the machine was stopped',
  connectionLost: 'the server went away',
} as const;

export type MessageEnd = keyof typeof messageEnds;

export interface CutterOptions {
  readonly rateHz: number;
  /** So long a silence ends the message. */
  readonly silenceSeconds: number;
  /** What is softer counts as silent. */
  readonly silenceDbfs: number;
  readonly maxSeconds: number;
}

export interface MessageCutter {
  /**
   * Takes the next frames of the recording, mono. Gives those that surely belong to the message by now, which
   * may be none.
   */
  add16(samples: Int16Array, frameCount: number): Int16Array;
  /** The message ends at that frame of the recording, unless it ends before. */
  endAt(frame: number, end: MessageEnd): void;
  /** Why the message has ended, once nothing that comes can change it. */
  readonly ended: MessageEnd | undefined;
  /** Ends the message here, unless it has ended. Gives its last frames. */
  finish(end: MessageEnd): Int16Array;
}

const END_KEY = '#';
/** What may turn out to be the key: it is heard 40 ms late, and the line may tell of it before it is heard. */
const UNSETTLED_SECONDS = 0.2;
/** The key is told within 8 ms of its beginning. */
const KEY_GUARD_SECONDS = 0.012;
/** Of the silence at the end so much is kept, in which a voice dies away. */
const TAIL_SECONDS = 0.25;
const FIRST_HELD_SECONDS = 5;

const nothing = new Int16Array(0);

export function createMessageCutter(options: CutterOptions): MessageCutter {
  const { rateHz, silenceSeconds, silenceDbfs, maxSeconds } = options;
  const frames = (seconds: number) => Math.round(seconds * rateHz);
  const silence = createSilenceDetector({
    samplesPerSecond: rateHz,
    thresholdDbfs: silenceDbfs,
    holdMs: silenceSeconds * 1_000,
  });
  const detector = createDtmfDetector({
    rateHz,
    onEvent({ kind, digit, frame }) {
      if (kind === 'start' && digit === END_KEY) endAt(frame - frames(KEY_GUARD_SECONDS), 'key');
    },
  });

  /** Begins with what is kept back: from `heldFrame` to `totalFrame` of the recording. */
  let held = new Int16Array(frames(FIRST_HELD_SECONDS));
  let heldFrame = 0;
  let totalFrame = 0;
  /** Frames before this one are what they seem: none of them is of the key. */
  let settledFrame = 0;
  /** Where the last sound ended; undefined where nothing was said. */
  let soundEndFrame: number | undefined;
  let cut: { readonly frame: number; readonly end: MessageEnd } = {
    frame: frames(maxSeconds),
    end: 'longest',
  };
  let ended: MessageEnd | undefined;

  function endAt(frame: number, end: MessageEnd): void {
    if (ended === undefined && frame < cut.frame) {
      cut = { frame: Math.max(settledFrame, Math.floor(frame)), end };
    }
  }

  function settle(frame: number): void {
    const endFrame = Math.min(frame, cut.frame);
    if (endFrame > settledFrame) {
      silence.add16(held, settledFrame - heldFrame, endFrame - settledFrame);
      settledFrame = endFrame;
      const quietFrom = settledFrame - silence.quietSamples;
      if (quietFrom > 0) soundEndFrame = quietFrom;
    }
    if (settledFrame >= cut.frame) ended ??= cut.end;
    else if (silence.isSilent) ended ??= 'silence';
  }

  function hold(samples: Int16Array, frameCount: number): void {
    const heldCount = totalFrame - heldFrame;
    if (heldCount + frameCount > held.length) {
      const longer = new Int16Array(2 * (heldCount + frameCount));
      longer.set(held.subarray(0, heldCount));
      held = longer;
    }
    held.set(samples.subarray(0, frameCount), heldCount);
    totalFrame += frameCount;
  }

  /** Takes out of what is held what belongs to the message as far as it is settled. */
  function release(): Int16Array {
    if (soundEndFrame === undefined) return nothing;
    const endFrame = Math.min(settledFrame, soundEndFrame + frames(TAIL_SECONDS));
    const count = endFrame - heldFrame;
    if (count <= 0) return nothing;
    const released = held.slice(0, count);
    held.copyWithin(0, count, totalFrame - heldFrame);
    heldFrame = endFrame;
    return released;
  }

  return {
    add16(samples, frameCount) {
      if (ended !== undefined) return nothing;
      hold(samples, frameCount);
      detector.add16(samples, 0, frameCount);
      settle(totalFrame - frames(UNSETTLED_SECONDS));
      return release();
    },
    endAt,
    get ended() {
      return ended;
    },
    finish(end) {
      if (ended === undefined) {
        endAt(totalFrame, end);
        settle(totalFrame);
        ended ??= end;
      }
      return release();
    },
  };
}
