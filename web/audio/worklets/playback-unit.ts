// What plays, whatever thread it runs on: a ring buffer in, sound out, and now and then a word about how it
// goes.
import { createLevelMeter } from '#shared/audio/meter';
import { openRing, type RingReader, type RingSource } from '../ring-buffer.ts';
import { CHUNK_FRAMES, PlaybackEngine } from './playback-engine.ts';
import type { PlaybackCommand, PlaybackMessage, PlaybackSetup } from './playback-messages.ts';

const REPORTS_PER_SECOND = 4;
const LEVELS_PER_SECOND = 30;
/** Samples are told in pieces of so many frames. */
const TAP_FRAMES = 1024;
/** Part of the way that the volume goes in a chunk (under 3 ms). */
const VOLUME_STEP = 0.25;
const VOLUME_REACHED = 1e-4;

/** `process` allocates nothing of its own; only what somebody asked to be told is copied into messages. */
export class PlaybackUnit {
  readonly #setup: PlaybackSetup;
  readonly #port: MessagePort;
  readonly #contextRateHz: number;
  readonly #channelCount: number;
  readonly #meter = createLevelMeter();
  readonly #mono = new Float32Array(TAP_FRAMES);
  readonly #played: Float32Array;
  #ring: RingReader | undefined;
  #engine: PlaybackEngine | undefined;
  #monoFrames = 0;
  #playedFrames = 0;
  #framesToReport = 0;
  #framesToLevel = 0;
  #volume = 1;
  #gain = 1;
  #wantsLevel = false;
  #wantsSamples = false;
  #wantsPlayed = false;
  #isStopped = false;
  #toldPhase = '';
  #bufferedSumMs = 0;
  #bufferedCount = 0;

  constructor(setup: PlaybackSetup, port: MessagePort, contextRateHz: number) {
    this.#setup = setup;
    this.#port = port;
    this.#contextRateHz = contextRateHz;
    this.#channelCount = setup.shape.channelCount;
    this.#played = new Float32Array(TAP_FRAMES * this.#channelCount);
    port.onmessage = ({ data }: MessageEvent<PlaybackCommand>) => this.#obey(data);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Fills a block of any length; its first frame is the context's frame `blockFrame`. */
  process(output: Float32Array[], blockFrame: number): void {
    const engine = this.#engine;
    if (!engine) return;
    const blockFrames = output[0]?.length ?? 0;
    for (let frame = 0; frame < blockFrames; frame += CHUNK_FRAMES) {
      const frameCount = Math.min(CHUNK_FRAMES, blockFrames - frame);
      const startFrame = blockFrame + frame;
      engine.render(frameCount, (startFrame * 1000) / this.#contextRateHz);
      this.#tap(engine.rendered, frameCount);
      this.#write(engine.rendered, output, frame, frameCount);
      if (this.#wantsPlayed) this.#tapPlayed(output, frame, frameCount, startFrame);
    }
    this.#report(engine, blockFrames);
  }

  #obey(command: PlaybackCommand): void {
    if (command.type === 'open') this.#open(command.source);
    else if (command.type === 'volume') this.#volume = command.volume;
    else if (command.type === 'sync') {
      if (this.#engine) this.#engine.syncOffsetMs = command.offsetMs;
    } else if (command.type === 'stop') this.#isStopped = true;
    else {
      this.#wantsLevel = command.level;
      this.#wantsSamples = command.samples;
      this.#wantsPlayed = command.played;
    }
  }

  #open(source: RingSource): void {
    const { shape, rateHz, ...rest } = this.#setup;
    const ring = openRing(source, shape, rateHz);
    const { channelCount } = shape;
    this.#ring = ring;
    this.#engine = new PlaybackEngine({
      ...{ ring, channelCount, rateHz, contextRateHz: this.#contextRateHz },
      ...rest,
    });
  }

  /** Copies a chunk out, each channel for itself, with a volume that never jumps. */
  #write(
    rendered: Float32Array,
    output: Float32Array[],
    fromFrame: number,
    frameCount: number,
  ): void {
    const channelCount = this.#channelCount;
    const difference = this.#volume - this.#gain;
    const isThere = Math.abs(difference) < VOLUME_REACHED;
    const endGain = isThere ? this.#volume : this.#gain + VOLUME_STEP * difference;
    const slope = (endGain - this.#gain) / frameCount;
    for (let channel = 0; channel < channelCount; channel++) {
      const samples = output[channel];
      if (!samples) continue;
      for (let i = 0; i < frameCount; i++) {
        const gain = this.#gain + i * slope;
        samples[fromFrame + i] = (rendered[i * channelCount + channel] as number) * gain;
      }
    }
    this.#gain = endGain;
  }

  /** Before the volume: a muted device still shows what it plays. */
  #tap(rendered: Float32Array, frameCount: number): void {
    if (this.#wantsLevel) this.#meter.addFloat(rendered, 0, frameCount * this.#channelCount);
    if (!this.#wantsSamples) return;
    for (let i = 0; i < frameCount; i++) {
      let sum = 0;
      for (let channel = 0; channel < this.#channelCount; channel++) {
        sum += rendered[i * this.#channelCount + channel] as number;
      }
      this.#mono[this.#monoFrames] = sum / this.#channelCount;
      this.#monoFrames += 1;
      if (this.#monoFrames === TAP_FRAMES) {
        this.#tell({ type: 'samples', samples: this.#mono });
        this.#monoFrames = 0;
      }
    }
  }

  #tapPlayed(
    output: Float32Array[],
    fromFrame: number,
    frameCount: number,
    startFrame: number,
  ): void {
    for (let i = 0; i < frameCount; i++) {
      for (let channel = 0; channel < this.#channelCount; channel++) {
        const to = this.#playedFrames * this.#channelCount + channel;
        this.#played[to] = output[channel]?.[fromFrame + i] ?? 0;
      }
      this.#playedFrames += 1;
      if (this.#playedFrames === TAP_FRAMES) {
        const firstFrame = startFrame + i + 1 - TAP_FRAMES;
        this.#tell({ type: 'played', samples: this.#played, startFrame: firstFrame });
        this.#playedFrames = 0;
      }
    }
  }

  #report(engine: PlaybackEngine, blockFrames: number): void {
    if (engine.phase !== this.#toldPhase) {
      this.#toldPhase = engine.phase;
      this.#tell({ type: 'phase', phase: engine.phase });
    }
    this.#bufferedSumMs += engine.bufferedMs;
    this.#bufferedCount += 1;
    this.#framesToLevel -= blockFrames;
    if (this.#wantsLevel && this.#framesToLevel <= 0) {
      this.#framesToLevel = this.#contextRateHz / LEVELS_PER_SECOND;
      const { peak, rms } = this.#meter.read();
      this.#meter.reset();
      this.#tell({ type: 'level', peak, rms });
    }
    this.#framesToReport -= blockFrames;
    if (this.#framesToReport > 0) return;
    this.#framesToReport = this.#contextRateHz / REPORTS_PER_SECOND;
    this.#ring?.recycle();
    const bufferedMs = this.#bufferedSumMs / this.#bufferedCount;
    this.#bufferedSumMs = 0;
    this.#bufferedCount = 0;
    const { targetMs, underrunCount, driftPpm } = engine;
    this.#tell({ type: 'report', bufferedMs, targetMs, underrunCount, driftPpm });
  }

  #tell(message: PlaybackMessage): void {
    this.#port.postMessage(message);
  }
}
