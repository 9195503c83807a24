// The public face of devices: all that dispatch and the relay may know of them. Devices know their
// users only through the callbacks and ports that are declared here.
//
// Time inside the server is a device's frame number since its start: a plain number that never wraps.
// Only messages carry 32-bit device time; shared/audio/time converts between the two.
import type { EncodingName } from '#shared/protocol/encodings';
import type { DeviceDescription } from '#shared/protocol/setup';

/** Monotonic, in milliseconds with a fraction; it never goes back and knows no calendar. */
export interface Clock {
  nowMs(): number;
}

/**
 * Calls back once; gives a function that prevents it. What has time says by how much it may be late, so that
 * it can be called back together with others.
 */
export interface Timers {
  after(delayMs: number, callback: () => void, slackMs?: number): () => void;
}

export interface PlayOptions {
  /** Replaces what the window holds there, instead of being added to it. */
  readonly preempt: boolean;
  readonly gainDb: number;
}

/** A mask of `bitCount` switches. */
export interface Switches {
  readonly bitCount: number;
  readonly mask: number;
  change(mask: number): void;
}

export interface Gain {
  readonly minDb: number;
  readonly maxDb: number;
  readonly gainDb: number;
  change(gainDb: number): void;
}

/** Where samples go and come from, counted in frames of one rate. */
export interface Timeline {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly playBufferFrames: number;
  readonly recordBufferFrames: number;

  /** The frame that is played now. Devices of one interface share it. */
  nowFrame(): number;

  /**
   * Plays interleaved 16-bit samples. Takes frames from the front: those that are past are dropped,
   * those that lie within the play buffer are placed; gives how many it took, so that the caller can
   * come again with the rest. `samples` is not kept.
   */
  play(startFrame: number, samples: Int16Array, frameCount: number, options: PlayOptions): number;

  /**
   * Gives what the device heard. Frames older than the record buffer, and frames that have not come,
   * are silence; the caller does not ask for the latter.
   */
  record(startFrame: number, output: Int16Array, frameCount: number): void;
}

export interface Device extends Timeline {
  readonly name: string;
  /** What the set-up reply says of it. */
  readonly description: DeviceDescription;
  readonly encoding: EncodingName;
  /** Its users get BadDevice from then on; it plays and hears nothing. */
  readonly isRemoved: boolean;
  /** The frame that is played when the clock shows `clockMs`: so devices can be asked about one instant. */
  frameAt(clockMs: number): number;

  readonly inputs: Switches;
  readonly outputs: Switches;
  readonly inputGain: Gain;
  readonly outputGain: Gain;
  /** Bit 0: what the device hears is put on what it plays. */
  readonly passThrough: Switches;
  /** Asks the capturing browsers for automatic gain. */
  isGainControlOn: boolean;
  /** Called after gains, switches or gain control were changed. Gives a function that ends it. */
  onSettings(listener: () => void): () => void;
  /** Undefined where there is no telephone line. */
  readonly phone: PhoneLine | undefined;

  /** Ears: called with what is played, a block at a time, as it is played. Gives a function that ends it. */
  addSink(sink: Sink): () => void;
  /** A mouth: what is written to it is what the device hears. */
  addSource(): Source;
}

/** Hears what a device plays. Nothing is called while there is only silence. */
export interface Sink {
  /**
   * It can do nothing before it has so many frames more, or there is silence: blocks may be kept for it until
   * then. Where it says nothing, it gets each as soon as it is past.
   */
  readonly wantedFrames?: number;
  /** `samples` is valid during the call only. `isContinuation` is false after silence or a gap. */
  played(block: {
    readonly startFrame: number;
    readonly frameCount: number;
    readonly samples: Int16Array;
    readonly isContinuation: boolean;
  }): void;
  /** The last block was followed by silence. */
  silent(): void;
}

export interface Source {
  /** Interleaved at the device's rate and channels, heard from `startFrame` on. */
  hear(startFrame: number, samples: Int16Array, frameCount: number): void;
  remove(): void;
}

/** What happens on a telephone line; state and digit are as the protocol's events carry them. */
export interface PhoneEvent {
  readonly event: 'PhoneRing' | 'PhoneDTMF' | 'PhoneLoop' | 'PhoneHookSwitch';
  readonly frame: number;
  readonly state: 0 | 1;
  /** ASCII; only of PhoneDTMF. */
  readonly digit?: number;
}

export interface PhoneLine {
  readonly isOffHook: boolean;
  readonly hasLoopCurrent: boolean;
  /** States other than 0 and 1 change nothing; all are reported. */
  setHook(state: number): void;
  flash(durationMs: number): void;
  dial(number: string): void;
  /** Gives a function that ends it. */
  onEvent(listener: (event: PhoneEvent) => void): () => void;
}

/** The devices of a server. They come and go while it runs. */
export interface DeviceSet {
  /** In the order in which new clients see them. */
  readonly devices: readonly Device[];
  /** Called after a device was added or removed. Gives a function that ends it. */
  onChange(listener: () => void): () => void;
}
