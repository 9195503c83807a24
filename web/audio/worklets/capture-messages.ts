// What the page and the capture worklet say to each other.

export const CAPTURE_PROCESSOR = 'audiofile-capture';

export interface CaptureSetup {
  readonly channelCount: number;
  /** Sound that one block carries. */
  readonly frameCount: number;
}

/** A block of 16-bit samples, interleaved; each one connects to the one before. */
export interface CapturedBlock {
  readonly samples: Int16Array;
}

export interface CaptureCommand {
  readonly type: 'stop';
}
