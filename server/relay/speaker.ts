// A microphone of a page: its frames become what a device hears, without gaps, at the device's rate and on the
// device's clock, a little ahead of the device's time.
//
//   silent ──frame──▶ speaking ──no frame in time, or frames lost──▶ silent      (fades out and in)
//
// What comes too late is left out. Of what the device has heard, only the last 5 ms before a gap may still be
// faded, where this process was too busy to do it before.
import type { Device, Timers } from '#server/devices/face';
import { WrittenSound } from '#server/devices/index';
import { createFade, type Fade } from '#shared/audio/fade';
import { createResampler, type Resampler } from '#shared/audio/resampler';
import { deviceTime, difference } from '#shared/audio/time';
import type { DeviceTime } from '#shared/protocol/ids';
import { type Frame, frameFlags } from '#shared/relay/frame';
import { RelayError } from '#shared/relay/relay-error';
import { ArrivalRegulator } from './arrival-regulator.ts';
import { type ChannelMap, channelMap } from './channel-map.ts';
import { LateWatch } from './late-watch.ts';

export interface SpeakerOptions {
  readonly device: Device;
  readonly timers: Timers;
  /** As the page announced them. */
  readonly rateHz: number;
  readonly channelCount: number;
}

/** One message carries no more sound; pages send 10 or 20 ms. */
export const MAX_FRAME_MS = 100;
const FADE_MS = 5;
/** The sound of a page that goes away ends within 20 ms. */
const LAST_FADE_MS = 15;
/** How long before the sound runs out it is faded: the fade itself, and what a timer may be late. */
const RUN_OUT_MS = FADE_MS + 4;
/** What is further ahead than this was piled up by a stall; it is left out, and the sound is live again. */
export const MAX_EXCESS_MS = 150;
/** Until then what is left out is more than what is kept. */
const LEVEL_EXCESS_MS = 10;
/** A longer gap is no loss but a pause. */
export const MAX_GAP_MS = 1_000;
/** The farthest that sound may lie ahead: the largest target, what may exceed it, and a message. */
const MAX_AHEAD_MS = 300 + MAX_EXCESS_MS + 2 * MAX_FRAME_MS;

export class Speaker {
  readonly options: SpeakerOptions;
  lostFrameCount = 0;
  lateFrameCount = 0;
  /** How often its sound broke off and began again. */
  gapCount = -1;
  headroomMs = 0;
  readonly #regulator = new ArrivalRegulator();
  readonly #lateWatch = new LateWatch(RUN_OUT_MS);
  readonly #written: WrittenSound;
  readonly #resampler: Resampler;
  readonly #ratio: number;
  readonly #fade: Fade;
  readonly #removeSource: () => void;
  readonly #input: Int16Array;
  readonly #folded: Int16Array;
  readonly #resampled: Int16Array;
  readonly #spread: Int16Array;
  /** Fewer channels before resampling, or more after it. */
  readonly #fold: ChannelMap | undefined;
  readonly #unfold: ChannelMap | undefined;
  readonly #maxFrames: number;
  /** What the resampler holds back once it runs, in frames of the device. */
  readonly #heldFrames: number;
  #expectedTime: DeviceTime | undefined;
  /** Frames of the microphone before the next one, without wrapping. */
  #spokenFrames = 0;
  /** Where the next sample is written. */
  #writeFrame = 0;
  #isSilent = true;
  /** The resampler holds nothing back yet. */
  #isFresh = true;
  #isSkipping = false;
  #cancelRunOut: (() => void) | undefined;
  #isMuted = false;
  #isClosed = false;

  constructor(options: SpeakerOptions) {
    const { device, rateHz, channelCount } = options;
    this.options = options;
    this.#maxFrames = Math.ceil((rateHz * MAX_FRAME_MS) / 1_000);
    this.#ratio = device.rateHz / rateHz;
    const between = Math.min(channelCount, device.channelCount);
    this.#resampler = createResampler({
      channelCount: between,
      ratio: this.#ratio,
      maxInputFrames: this.#maxFrames,
    });
    this.#heldFrames = Math.round(this.#resampler.latencyFrames * this.#ratio);
    const maxOutputFrames = this.#resampler.maxOutputFrames(this.#maxFrames);
    this.#fold = channelMap(channelCount, between, this.#maxFrames);
    this.#unfold = channelMap(between, device.channelCount, maxOutputFrames);
    this.#input = new Int16Array(this.#maxFrames * channelCount);
    this.#folded = new Int16Array(this.#maxFrames * between);
    this.#resampled = new Int16Array(maxOutputFrames * between);
    this.#spread = new Int16Array(maxOutputFrames * device.channelCount);
    this.#fade = createFade({
      channelCount: device.channelCount,
      durationFrames: this.#deviceFrames(FADE_MS),
      shape: 'raisedCosine',
    });
    const source = device.addSource();
    this.#removeSource = () => source.remove();
    this.#written = new WrittenSound({
      source,
      channelCount: device.channelCount,
      capacityFrames: this.#deviceFrames(MAX_AHEAD_MS),
    });
  }

  /** How far ahead sound is written. */
  get targetMs(): number {
    return this.#regulator.targetMs;
  }

  /** By how much the rates of both clocks are found to differ, as far as it is corrected now. */
  get correctionPpm(): number {
    return this.#regulator.correction * 1e6;
  }

  /** Throws RelayError where the frame is not what the page announced. */
  hear({ header, samples }: Frame): void {
    this.#check(header.channelCount, header.encoding, header.frameCount);
    const { frameCount } = header;
    if (frameCount === 0 || this.#isMuted) return;
    this.#findPlace(header.startTime, (header.flags & frameFlags.discontinuity) !== 0);
    this.#expectedTime = deviceTime(header.startTime + frameCount);
    this.#take(samples, frameCount);
    this.#watchRunOut();
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  /** What is said meanwhile is not heard; it fades out at once, and in with the next frame. */
  set isMuted(isMuted: boolean) {
    if (isMuted === this.#isMuted || this.#isClosed) return;
    this.#isMuted = isMuted;
    if (isMuted) this.#cutOff();
  }

  /** Fades out at once and hears nothing more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cutOff();
    this.#removeSource();
  }

  #cutOff(): void {
    this.#cancelRunOut?.();
    this.#cancelRunOut = undefined;
    this.#written.fadeOut(this.#now() + 1, this.#deviceFrames(LAST_FADE_MS));
    this.#isSilent = true;
    this.#expectedTime = undefined;
  }

  #check(channelCount: number, encoding: string, frameCount: number): void {
    if (channelCount !== this.options.channelCount || encoding !== 'LIN16') {
      throw RelayError.malformed('a microphone sends other samples than it announced');
    }
    if (frameCount > this.#maxFrames) {
      throw RelayError.malformed(`it carries more than ${MAX_FRAME_MS} ms`);
    }
  }

  /** Finds where the frame goes: behind the last one, or elsewhere if they do not join. */
  #findPlace(startTime: DeviceTime, isDiscontinuous: boolean): void {
    if (this.#expectedTime === undefined) {
      this.#anchor();
      return;
    }
    const gapFrames = difference(startTime, this.#expectedTime);
    if (gapFrames !== 0 || isDiscontinuous) this.#break();
    if (gapFrames === 0) return;
    this.lostFrameCount += 1;
    const maxGapFrames = (this.options.rateHz * MAX_GAP_MS) / 1_000;
    if (gapFrames < 0 || gapFrames > maxGapFrames) this.#anchor();
    else {
      this.#spokenFrames += gapFrames;
      this.#writeFrame += Math.round(gapFrames * this.#ratio);
    }
  }

  /** Begins anew at the target, with what is known of the page's ways forgotten. */
  #anchor(): void {
    this.#break();
    const targetFrames = this.#deviceFrames(this.#regulator.targetMs) + this.#heldFrames;
    this.#writeFrame = Math.max(this.#writeFrame, this.#now() + targetFrames);
    this.#regulator.restart();
    this.#lateWatch.restart();
    this.#isSkipping = false;
  }

  /** What was written ends softly, and what follows begins so. */
  #break(): void {
    this.#fadeOut();
    if (this.#isFresh) return;
    this.#resampler.reset();
    this.#writeFrame += this.#heldFrames;
    this.#isFresh = true;
  }

  #fadeOut(): void {
    if (this.#isSilent) return;
    const fadeFrames = this.#deviceFrames(FADE_MS);
    this.#written.fadeOut(this.#written.endFrame - fadeFrames, fadeFrames);
    this.#isSilent = true;
  }

  #take(samples: Uint8Array, frameCount: number): void {
    const { rateHz, device } = this.options;
    const now = this.#now();
    const nowMs = (now * 1_000) / device.rateHz;
    this.headroomMs = ((this.#writeFrame - now) * 1_000) / device.rateHz;
    this.#regulator.arrived(nowMs, (this.#spokenFrames * 1_000) / rateHz, this.headroomMs);
    this.#spokenFrames += frameCount;
    if (this.#isTooFarAhead()) {
      this.#break();
      return;
    }
    this.#lengthenGap();
    this.#isFresh = false;
    this.#resampler.setRatio(this.#ratio * (1 + this.#regulator.correction));
    const outputFrames = this.#resample(samples, frameCount);
    this.#write(now, outputFrames);
    if (this.#lateWatch.arrived(nowMs, this.headroomMs)) this.#anchor();
  }

  #isTooFarAhead(): boolean {
    const { errorMs } = this.#regulator;
    this.#isSkipping = errorMs > (this.#isSkipping ? LEVEL_EXCESS_MS : MAX_EXCESS_MS);
    return this.#isSkipping;
  }

  /** Gives how many frames `#spread` holds then. */
  #resample(samples: Uint8Array, frameCount: number): number {
    const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
    const sampleCount = frameCount * this.options.channelCount;
    for (let i = 0; i < sampleCount; i++) this.#input[i] = view.getInt16(2 * i, true);
    this.#fold?.(this.#input, this.#folded, frameCount);
    const folded = this.#fold ? this.#folded : this.#input;
    const output = this.#unfold ? this.#resampled : this.#spread;
    const outputFrames = this.#resampler.process16(folded, frameCount, output);
    this.#unfold?.(this.#resampled, this.#spread, outputFrames);
    return outputFrames;
  }

  /** Writes what is not past. */
  #write(now: number, frameCount: number): void {
    const lateFrames = Math.min(Math.max(0, now - this.#writeFrame), frameCount);
    const startFrame = this.#writeFrame + lateFrames;
    const writtenFrames = frameCount - lateFrames;
    this.#writeFrame += frameCount;
    if (lateFrames > 0) {
      this.lateFrameCount += 1;
      this.#fadeOut();
    }
    if (writtenFrames === 0) return;
    const { channelCount } = this.options.device;
    const written = this.#spread.subarray(lateFrames * channelCount, frameCount * channelCount);
    if (this.#isSilent) {
      this.gapCount += 1;
      this.#fade.reset(0);
      this.#fade.fadeIn();
      this.#isSilent = false;
    }
    this.#fade.apply(written, 0, writtenFrames);
    this.#written.write(startFrame, written, writtenFrames);
  }

  /** Where there is a gap anyway, it costs nothing to begin as far ahead as is wanted. */
  #lengthenGap(): void {
    const { errorMs } = this.#regulator;
    if (this.#isFresh && errorMs < 0) this.#writeFrame += this.#deviceFrames(-errorMs);
  }

  /** One timer, which looks again where more was written meanwhile. */
  #watchRunOut(): void {
    if (this.#cancelRunOut !== undefined || this.#isSilent) return;
    const { timers, device } = this.options;
    const aheadMs = ((this.#writeFrame - this.#now()) * 1_000) / device.rateHz;
    this.#cancelRunOut = timers.after(Math.max(1, aheadMs - RUN_OUT_MS), () => {
      this.#cancelRunOut = undefined;
      const leftFrames = this.#writeFrame - this.#now();
      if (leftFrames > this.#deviceFrames(RUN_OUT_MS)) this.#watchRunOut();
      else if (!this.#isSilent) this.#break();
    });
  }

  #now(): number {
    return this.options.device.nowFrame();
  }

  #deviceFrames(durationMs: number): number {
    return Math.round((this.options.device.rateHz * durationMs) / 1_000);
  }
}
