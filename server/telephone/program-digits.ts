// The digits that a program dials while its line is off hook: those that it asked for by request, and those that
// it plays itself, which are found in what the device plays.
import type { Timers } from '#server/devices/face';
import type { ToneFrames, VirtualDevice } from '#server/devices/index';
import { averageChannels } from '#shared/audio/channels';
import { createDtmfDetector, type DtmfDetector } from '#shared/audio/dtmf-detector';

/** Silence behind a sound in which the detector is sure to notice that a digit has ended. */
const FLUSH_MS = 64;
/** How far the detector may be wrong about where a digit begins, and what blocks add. */
const TOLERANCE_MS = 30;
/** Requests play few digits at a time; older ones have been heard long ago. */
const MAX_REQUESTED = 8;

export type DigitHeard = (digit: string, isDown: boolean) => void;

export interface ProgramDigitsPorts {
  readonly device: Pick<VirtualDevice, 'rateHz' | 'channelCount' | 'addSink' | 'nowFrame'>;
  readonly timers: Timers;
  readonly heard: DigitHeard;
}

export class ProgramDigits {
  readonly #ports: ProgramDigitsPorts;
  readonly #detector: DtmfDetector;
  readonly #silence: Int16Array;
  /** Tones that a request plays, so that they count only once. */
  readonly #requested: ToneFrames[] = [];
  /** Of the requested digits; each takes itself out. */
  readonly #timersOfRequested = new Set<() => void>();
  #mono = new Int16Array(0);
  /** The device's frame at which the detector began to count. */
  #baseFrame = 0;
  /** The digit that was reported as down and not yet as up. */
  #sounding: string | undefined;
  #endSink: (() => void) | undefined;

  constructor(ports: ProgramDigitsPorts) {
    const { rateHz } = ports.device;
    this.#ports = ports;
    this.#silence = new Int16Array(Math.round((rateHz * FLUSH_MS) / 1_000));
    this.#detector = createDtmfDetector({
      rateHz,
      onEvent: ({ kind, digit, frame }) => {
        if (kind === 'end') this.#ended(digit);
        else if (!this.#isRequested(this.#baseFrame + frame)) this.#began(digit);
      },
    });
  }

  /** Listens from now on; costs nothing while it does not, and little while the device plays nothing. */
  start(): void {
    this.#endSink ??= this.#ports.device.addSink({
      played: ({ startFrame, frameCount, samples, isContinuation }) => {
        if (!isContinuation) this.#beginAt(startFrame);
        this.#add(samples, frameCount);
      },
      silent: () => this.#flush(),
    });
  }

  stop(): void {
    this.#endSink?.();
    this.#endSink = undefined;
    this.#detector.reset();
    this.#sounding = undefined;
    this.#requested.length = 0;
    for (const cancel of this.#timersOfRequested) cancel();
    this.#timersOfRequested.clear();
  }

  /** A digit that a request plays in these frames, or dials in pulses. */
  request(digit: string, tone: ToneFrames | undefined): void {
    const { device } = this.#ports;
    if (tone === undefined) {
      this.#pressed(digit, 0, 0);
      return;
    }
    if (this.#requested.push(tone) > MAX_REQUESTED) this.#requested.shift();
    const msUntil = (frame: number) =>
      Math.max(0, ((frame - device.nowFrame()) * 1_000) / device.rateHz);
    this.#pressed(digit, msUntil(tone.startFrame), msUntil(tone.endFrame));
  }

  #pressed(digit: string, fromMs: number, toMs: number): void {
    this.#later(fromMs, () => this.#ports.heard(digit, true));
    this.#later(toMs, () => this.#ports.heard(digit, false));
  }

  #later(delayMs: number, act: () => void): void {
    const cancel = this.#ports.timers.after(delayMs, () => {
      this.#timersOfRequested.delete(cancel);
      act();
    });
    this.#timersOfRequested.add(cancel);
  }

  #beginAt(startFrame: number): void {
    this.#flush();
    this.#detector.reset();
    this.#baseFrame = startFrame;
  }

  #add(samples: Int16Array, frameCount: number): void {
    const { channelCount } = this.#ports.device;
    if (channelCount === 1) {
      this.#detector.add16(samples, 0, frameCount);
      return;
    }
    if (this.#mono.length < frameCount) this.#mono = new Int16Array(frameCount);
    averageChannels(samples, this.#mono, frameCount, channelCount);
    this.#detector.add16(this.#mono, 0, frameCount);
  }

  #flush(): void {
    this.#detector.add16(this.#silence, 0, this.#silence.length);
  }

  #isRequested(frame: number): boolean {
    const tolerance = Math.round((this.#ports.device.rateHz * TOLERANCE_MS) / 1_000);
    return this.#requested.some(
      ({ startFrame, endFrame }) => frame > startFrame - tolerance && frame < endFrame + tolerance,
    );
  }

  #began(digit: string): void {
    this.#sounding = digit;
    this.#ports.heard(digit, true);
  }

  #ended(digit: string): void {
    if (this.#sounding !== digit) return;
    this.#sounding = undefined;
    this.#ports.heard(digit, false);
  }
}
