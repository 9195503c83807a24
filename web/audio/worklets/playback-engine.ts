// Plays what comes out of a ring buffer: waits until enough is there, resamples to the context's rate and
// after the sender's clock, and fades wherever the sound is torn. Allocates nothing after creation.
//
//   silent --sound--> priming --enough--> playing --end of sound--> silent
//                        ^--ran dry, or far off--'
import { createFade, type Fade } from '#shared/audio/fade';
import { createResampler, type Resampler } from '#shared/audio/resampler';
import { blockFlags, type RingReader } from '../ring-buffer.ts';
import { createJitterRegulator, type JitterRegulator } from './jitter-regulator.ts';
import type { PlaybackPhase } from './playback-messages.ts';

export interface EngineOptions {
  readonly ring: RingReader;
  readonly channelCount: number;
  readonly rateHz: number;
  readonly contextRateHz: number;
  readonly frameMs: number;
  /** Otherwise sound of the context's own rate passes unchanged, and its level stays as it comes. */
  readonly correctsDrift: boolean;
}

/** Sound is rendered in pieces of at most so many frames, whatever the browser's blocks are. */
export const CHUNK_FRAMES = 128;

const FADE_MS = 5;
/** What waits beyond the target by more than this is too old to be caught up with: 10 s at 2 %. */
const JUMP_BEYOND_MS = 200;
/** The same when sound is to be heard at one moment everywhere. */
const SYNC_JUMP_BEYOND_MS = 60;
/** From here up a longer filter is needed to leave no images: 8 kHz sound on a context of 48 kHz. */
const LONG_FILTER_FROM_RATIO = 2;

export class PlaybackEngine {
  readonly #ring: RingReader;
  readonly #channelCount: number;
  readonly #framesPerMs: number;
  readonly #contextFramesPerMs: number;
  readonly #frameMs: number;
  readonly #correctsDrift: boolean;
  readonly #ratio: number;
  readonly #regulator: JitterRegulator;
  /** Undefined where samples pass unchanged. */
  readonly #resampler: Resampler | undefined;
  readonly #fade: Fade;
  readonly #fadeFrames: number;
  readonly #input: Float32Array;
  readonly #resampled: Float32Array;
  readonly #zeros: Float32Array;
  /** What was rendered last, interleaved. */
  readonly rendered: Float32Array;
  #phase: PlaybackPhase = 'silent';
  #underrunCount = 0;
  /** What was newest when it was last looked. */
  #newestMs: number | undefined;
  /** Nothing more is to come after what waits. */
  #isSoundOver = true;
  /** Nothing was read since the run of connected blocks began. */
  #isRunNew = true;
  /** Silence that is still to be fed so that the resampler gives all that it holds; undefined within a run. */
  #flushFrames: number | undefined;
  /** Fades out to begin anew elsewhere. */
  #isLeaving = false;
  /** The context's clock less the sender's, where that is prescribed. */
  syncOffsetMs: number | undefined;

  constructor(options: EngineOptions) {
    const { ring, channelCount, rateHz, contextRateHz, frameMs, correctsDrift } = options;
    this.#ring = ring;
    this.#channelCount = channelCount;
    this.#framesPerMs = rateHz / 1000;
    this.#contextFramesPerMs = contextRateHz / 1000;
    this.#frameMs = frameMs;
    this.#correctsDrift = correctsDrift;
    this.#ratio = contextRateHz / rateHz;
    this.#regulator = createJitterRegulator({ frameMs });
    const maxInputFrames = Math.ceil(CHUNK_FRAMES / this.#ratio) * 2 + 512;
    if (correctsDrift || rateHz !== contextRateHz) {
      const taps = this.#ratio >= LONG_FILTER_FROM_RATIO ? 32 : 16;
      this.#resampler = createResampler({ channelCount, ratio: this.#ratio, taps, maxInputFrames });
    }
    this.#fadeFrames = Math.round(FADE_MS * this.#contextFramesPerMs);
    this.#fade = createFade({
      channelCount,
      durationFrames: this.#fadeFrames,
      shape: 'raisedCosine',
    });
    this.#input = new Float32Array(maxInputFrames * channelCount);
    this.#zeros = new Float32Array(maxInputFrames * channelCount);
    this.#resampled = new Float32Array(CHUNK_FRAMES * channelCount);
    this.rendered = new Float32Array(CHUNK_FRAMES * channelCount);
  }

  get phase(): PlaybackPhase {
    return this.#phase;
  }

  get underrunCount(): number {
    return this.#underrunCount;
  }

  get targetMs(): number {
    return this.#regulator.targetMs;
  }

  get driftPpm(): number {
    return this.#regulator.driftPpm;
  }

  get speed(): number {
    return this.#regulator.speed;
  }

  /** How much waits to be played. */
  get bufferedMs(): number {
    return this.#ring.availableFrames / this.#framesPerMs;
  }

  /** Renders the next frames, at most CHUNK_FRAMES, to `rendered`; `nowMs` is the context's clock. */
  render(frameCount: number, nowMs: number): void {
    this.#look(nowMs);
    if (this.#phase !== 'playing') {
      const isNothingToCome = this.#ring.availableFrames === 0 && this.#isSoundOver;
      this.#phase = isNothingToCome ? 'silent' : 'priming';
    }
    let fromFrame = 0;
    if (this.#phase === 'priming') {
      fromFrame = this.#framesToStart(frameCount, nowMs);
      if (fromFrame < frameCount) this.#start();
    } else if (this.#phase === 'silent') fromFrame = frameCount;
    this.rendered.fill(0, 0, fromFrame * this.#channelCount);
    if (this.#phase === 'playing') {
      this.#regulate(nowMs);
      this.#fill(fromFrame, frameCount);
    }
  }

  #look(nowMs: number): void {
    const ring = this.#ring;
    ring.refresh();
    const wasSoundOver = this.#isSoundOver;
    this.#isSoundOver = (ring.newestFlags & blockFlags.endOfSound) !== 0;
    if (ring.newestEndMs === this.#newestMs) return;
    if (this.#newestMs !== undefined && !wasSoundOver) {
      this.#regulator.arrived(this.#newestMs, nowMs);
    }
    this.#newestMs = ring.newestEndMs;
  }

  /** At what frame of the chunk sound begins; `frameCount` if not yet. Passes over what is too old. */
  #framesToStart(frameCount: number, nowMs: number): number {
    const ring = this.#ring;
    while ((ring.headFlags & blockFlags.gap) !== 0) ring.skip(ring.headFrames);
    if (ring.availableFrames === 0) return frameCount;
    if (this.syncOffsetMs !== undefined) return this.#framesToMoment(frameCount, nowMs);

    // The level is at its highest when a block has just come; as a mean it is half a block less.
    const enoughMs = this.#regulator.targetMs + this.#frameMs / 2;
    const excessMs = this.bufferedMs - enoughMs;
    if (excessMs > JUMP_BEYOND_MS / 2) this.#skip(excessMs);
    return excessMs >= 0 || this.#isSoundOver ? 0 : frameCount;
  }

  #framesToMoment(frameCount: number, nowMs: number): number {
    const lateMs = this.#latenessMs(nowMs);
    if (lateMs > 0) this.#skip(lateMs);
    if (this.#ring.availableFrames === 0) return frameCount;
    const waitFrames = Math.round(-this.#latenessMs(nowMs) * this.#contextFramesPerMs);
    return Math.min(frameCount, Math.max(0, waitFrames));
  }

  /** By how much the next frame of the ring is behind the moment that is prescribed for it. */
  #latenessMs(nowMs: number): number {
    return nowMs - (this.#ring.headMs + (this.syncOffsetMs ?? 0));
  }

  #skip(ms: number): void {
    let frames = Math.round(ms * this.#framesPerMs);
    while (frames > 0) {
      const skipped = this.#ring.skip(frames);
      if (skipped === 0) return;
      frames -= skipped;
    }
  }

  #start(): void {
    this.#phase = 'playing';
    this.#isLeaving = false;
    this.#regulator.started();
    this.#beginRun();
  }

  #beginRun(): void {
    this.#resampler?.reset();
    this.#flushFrames = undefined;
    this.#isRunNew = true;
    this.#fade.reset(0);
    this.#fade.fadeIn();
  }

  #regulate(nowMs: number): void {
    const regulator = this.#regulator;
    const isSynchronous = this.syncOffsetMs !== undefined;
    // What the resampler holds was read, but is yet to be heard.
    const heldMs = (this.#resampler?.latencyFrames ?? 0) / this.#framesPerMs;
    const errorMs = isSynchronous
      ? this.#latenessMs(nowMs) + heldMs
      : this.bufferedMs - regulator.targetMs;
    regulator.measured(errorMs, isSynchronous);
    const { meanErrorMs } = regulator;
    const isFarOff = isSynchronous
      ? Math.abs(meanErrorMs) > SYNC_JUMP_BEYOND_MS
      : meanErrorMs > JUMP_BEYOND_MS && this.#correctsDrift;
    if (isFarOff) this.#isLeaving = true;
    if (this.#correctsDrift) this.#resampler?.setRatio(this.#ratio / regulator.speed);
  }

  #fill(fromFrame: number, frameCount: number): void {
    let frame = fromFrame;
    while (frame < frameCount && this.#phase === 'playing') {
      this.#steerFade(frameCount - frame);
      const written = this.#isAtBreak
        ? this.#writeRest(frame, frameCount - frame)
        : this.#writeRun(frame, frameCount - frame);
      this.#fade.apply(this.rendered, frame, written);
      frame += written;
      if (this.#isLeaving && this.#fade.isSettled) this.#leave();
      else if (this.#isAtBreak && this.#flushFrames === 0 && written === 0) this.#passBreak();
    }
    this.rendered.fill(0, frame * this.#channelCount, frameCount * this.#channelCount);
  }

  /** Down before sound is torn off, and up again if more comes in time. */
  #steerFade(frameCount: number): void {
    const neededFrames = (this.#fadeFrames + frameCount) / this.#ratio;
    const runFrames = this.#isAtBreak ? 0 : this.#ring.framesToBreak(neededFrames);
    const endsBySelf = this.#isSoundOver && runFrames === this.#ring.availableFrames;
    const isTorn = runFrames < neededFrames && !endsBySelf;
    if (this.#isLeaving || isTorn) this.#fade.fadeOut();
    else this.#fade.fadeIn();
  }

  get #isAtBreak(): boolean {
    const ring = this.#ring;
    if (ring.availableFrames === 0) return true;
    const isTorn = (ring.headFlags & blockFlags.discontinuity) !== 0;
    return isTorn && ring.isAtHead && !this.#isRunNew;
  }

  #writeRun(toFrame: number, frameCount: number): number {
    const ring = this.#ring;
    this.#flushFrames = undefined;
    if (!this.#resampler) {
      const read = ring.read(this.rendered, toFrame, frameCount);
      this.#isRunNew = false;
      return read;
    }
    const wantedFrames = this.#resampler.inputFramesFor(frameCount);
    const read = ring.read(this.#input, 0, wantedFrames);
    if (read > 0) this.#isRunNew = false;
    return this.#resample(this.#input, read, toFrame, frameCount);
  }

  /** What the resampler holds of a run that is over. */
  #writeRest(toFrame: number, frameCount: number): number {
    if (!this.#resampler) {
      this.#flushFrames = 0;
      return 0;
    }
    this.#flushFrames ??= this.#resampler.latencyFrames;
    const fed = Math.min(this.#flushFrames, this.#resampler.inputFramesFor(frameCount));
    this.#flushFrames -= fed;
    return this.#resample(this.#zeros, fed, toFrame, frameCount);
  }

  #resample(
    input: Float32Array,
    inputFrames: number,
    toFrame: number,
    limitFrames: number,
  ): number {
    const written = this.#resampler?.process(input, inputFrames, this.#resampled, limitFrames) ?? 0;
    const to = toFrame * this.#channelCount;
    for (let i = 0; i < written * this.#channelCount; i++) {
      this.rendered[to + i] = this.#resampled[i] as number;
    }
    return written;
  }

  #passBreak(): void {
    if (this.#ring.availableFrames > 0) {
      this.#beginRun();
      return;
    }
    if (!this.#isSoundOver) {
      this.#underrunCount += 1;
      this.#regulator.ranDry();
    }
    this.#phase = this.#isSoundOver ? 'silent' : 'priming';
  }

  /** Silence is reached; priming finds out from where to go on. */
  #leave(): void {
    this.#isLeaving = false;
    this.#phase = 'priming';
  }
}
