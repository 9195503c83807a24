// A device as programs and browsers know it: all channels of an interface, or one of them, with inputs,
// outputs and gains of its own.
import { gainFactorOfDb } from '#shared/audio/gain';
import type { EncodingName } from '#shared/protocol/encodings';
import type { DeviceDescription } from '#shared/protocol/setup';
import type { AudioInterface, DevicePorts } from './audio-interface.ts';
import { createGain, createSwitches, type GainRange, keepOneOutput } from './controls.ts';
import { describeDevice } from './device-description.ts';
import type { Device, Gain, PlayOptions, Sink, Source, Switches } from './face.ts';
import { InputHistory, type InputSettings } from './input-history.ts';
import { Listeners } from './listeners.ts';
import type { Lane, MixRing } from './mix-ring.ts';
import { createPassThrough, type PassedSound, type PassThrough } from './pass-through.ts';
import { createPhoneLine, type VirtualPhoneLine } from './phone-line.ts';
import { type CompandedGain, compandedGain } from './play-gain.ts';
import { Sinks } from './sinks.ts';

/** Where an input gets its sound: the microphones of browsers, or what the device itself plays. */
export type InputKind = 'microphones' | 'monitor';

/** What hangs on an output. An output without use keeps the count that old programs expect. */
export type OutputKind = 'browsers' | 'unused';

export interface VirtualDeviceOptions {
  readonly name: string;
  readonly encoding: EncodingName;
  /** Undefined where the device is the whole interface. */
  readonly channel: number | undefined;
  /** The kind of each bit. The first is on at the start. */
  readonly inputs: readonly InputKind[];
  /** The kind of each bit. All are on at the start. */
  readonly outputs: readonly OutputKind[];
  readonly inputGain: GainRange;
  readonly outputGain: GainRange;
  readonly hasPhoneLine: boolean;
}

/** Frames that get the gain of a play at a time, on mu-law and A-law devices. */
const GAIN_CHUNK_FRAMES = 1024;

export class VirtualDevice implements Device {
  readonly name: string;
  readonly encoding: EncodingName;
  readonly channelCount: number;
  readonly description: DeviceDescription;
  readonly inputs: Switches;
  readonly outputs: Switches;
  readonly inputGain: Gain;
  readonly outputGain: Gain;
  readonly phone: VirtualPhoneLine | undefined;

  readonly #interface: AudioInterface;
  readonly #lane: Lane;
  readonly #options: VirtualDeviceOptions;
  readonly #inputHistory: InputHistory;
  readonly #sinks: Sinks;
  readonly #compandedGain: CompandedGain | undefined;
  readonly #gainScratch: Int16Array;
  /** Of the play that is being placed; filled anew for each. */
  readonly #writeOptions = { preempt: false, gainFactor: 1 };
  readonly #settings: Listeners<[]>;
  #passThrough: PassThrough = createPassThrough(this, this, () => this.#settings.tell());
  #endDelivery: (() => void) | undefined;
  #isGainControlOn = false;
  #isRemoved = false;

  constructor(ports: DevicePorts, hardware: AudioInterface, options: VirtualDeviceOptions) {
    this.#interface = hardware;
    this.#options = options;
    this.#settings = new Listeners((error) => ports.onError(error));
    this.name = options.name;
    this.encoding = options.encoding;
    const { channel } = options;
    this.channelCount = channel === undefined ? hardware.channelCount : 1;
    this.#lane = { firstChannel: channel ?? 0, channelCount: this.channelCount };
    this.description = describeDevice(hardware, this.channelCount, options);

    const told = () => this.#settings.tell();
    const changed = () => {
      this.#inputHistory.change(this.nowFrame(), this.#inputSettings());
      told();
    };
    this.inputs = createSwitches({ bitCount: options.inputs.length, mask: 1, changed });
    this.inputGain = createGain(options.inputGain, changed);
    const outputCount = options.outputs.length;
    this.outputs = createSwitches({
      bitCount: outputCount,
      mask: 2 ** outputCount - 1,
      settle: keepOneOutput(outputCount),
      changed: told,
    });
    this.outputGain = createGain(options.outputGain, told);
    this.#inputHistory = new InputHistory(
      this.#inputSettings(),
      hardware.bufferFrames,
      hardware.clock.rateHz,
    );
    this.#sinks = new Sinks({
      channelCount: this.channelCount,
      isOn: () => hasKind(options.outputs, this.outputs.mask, 'browsers'),
      read: (startFrame, samples, frameCount) => this.#readPlayed(startFrame, samples, frameCount),
      onError: (error) => ports.onError(error),
    });
    this.#compandedGain = compandedGain(options.encoding);
    const chunkFrames = this.#compandedGain === undefined ? 0 : GAIN_CHUNK_FRAMES;
    this.#gainScratch = new Int16Array(chunkFrames * this.channelCount);
    this.phone = options.hasPhoneLine ? createPhoneLine(ports, this) : undefined;
  }

  get rateHz(): number {
    return this.#interface.clock.rateHz;
  }

  get playBufferFrames(): number {
    return this.#interface.bufferFrames;
  }

  get recordBufferFrames(): number {
    return this.#interface.bufferFrames;
  }

  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  get passThrough(): Switches {
    return this.#passThrough.switches;
  }

  get isGainControlOn(): boolean {
    return this.#isGainControlOn;
  }

  set isGainControlOn(isOn: boolean) {
    if (isOn === this.#isGainControlOn) return;
    this.#isGainControlOn = isOn;
    this.#settings.tell();
  }

  onSettings(listener: () => void): () => void {
    return this.#settings.add(listener);
  }

  nowFrame(): number {
    return this.#interface.clock.nowFrame();
  }

  frameAt(clockMs: number): number {
    return this.#interface.clock.frameAt(clockMs);
  }

  play(startFrame: number, samples: Int16Array, frameCount: number, options: PlayOptions): number {
    if (this.#isRemoved) return frameCount;
    const now = this.nowFrame();
    const endFrame = startFrame + frameCount;
    const from = Math.min(Math.max(startFrame, now), endFrame);
    const to = Math.max(startFrame, Math.min(endFrame, now + this.#interface.bufferFrames));
    if (from < to) this.#place(from, samples, from - startFrame, to - from, options);
    return Math.max(from, to) - startFrame;
  }

  record(startFrame: number, output: Int16Array, frameCount: number): void {
    output.fill(0, 0, frameCount * this.channelCount);
    if (this.#isRemoved) return;
    const now = this.nowFrame();
    const oldest = Math.max(startFrame, now - this.#interface.bufferFrames, 0);
    const newest = Math.min(startFrame + frameCount, now);
    this.#inputHistory.during(oldest, newest, (from, to, { mask, gainFactor }) => {
      const rings = this.#rings(mask);
      const { mixDown } = this.#interface;
      mixDown.into(output, from - startFrame, rings, from, to - from, this.#lane, gainFactor);
    });
  }

  addSink(sink: Sink): () => void {
    if (this.#isRemoved) return () => {};
    const endSink = this.#sinks.add(sink);
    this.#endDelivery ??= this.#interface.delivery.addAudience(this.#sinks);
    return () => {
      endSink();
      if (this.#sinks.isEmpty) this.#stopDelivery();
    };
  }

  addSource(): Source {
    const passed: PassedSound = { nextFrame: undefined, delayFrames: 0 };
    let isHeard = true;
    return {
      hear: (startFrame, samples, frameCount) => {
        if (!isHeard || this.#isRemoved) return;
        this.#interface.hear(startFrame, samples, frameCount, this.#lane);
        this.#passThrough.pass(this, passed, startFrame, samples, frameCount);
      },
      remove: () => {
        isHeard = false;
      },
    };
  }

  /** Whether its microphones are switched on now. */
  get hearsMicrophones(): boolean {
    return hasKind(this.#options.inputs, this.inputs.mask, 'microphones');
  }

  /** The frame of `other`, a device of the same rate, at which this one's frame 0 was played. */
  offsetIn(other: VirtualDevice): number {
    return this.#interface.clock.offsetIn(other.#interface.clock);
  }

  /** Has one pass-through with another device of the same rate and channels from now on. */
  sharePassThrough(other: VirtualDevice): void {
    this.#passThrough = createPassThrough(this, other, () => {
      this.#settings.tell();
      other.#settings.tell();
    });
    other.#passThrough = this.#passThrough;
  }

  /** What is placed from now on fades to silence; gives whether there is anything. */
  fadeOut(durationMs: number): boolean {
    const fadeFrames = Math.round((durationMs * this.rateHz) / 1000);
    return this.#interface.played.fadeOut(this.nowFrame(), fadeFrames);
  }

  /** Sinks hear the end of what they were hearing; everything else falls still. */
  retire(): void {
    this.#isRemoved = true;
    this.#stopDelivery();
    this.#sinks.fellSilent();
    this.phone?.disconnect();
  }

  #place(
    startFrame: number,
    samples: Int16Array,
    fromFrame: number,
    frameCount: number,
    { preempt, gainDb }: PlayOptions,
  ): void {
    const companded = gainDb === 0 ? undefined : this.#compandedGain;
    const options = this.#writeOptions;
    options.preempt = preempt;
    options.gainFactor = companded === undefined ? gainFactorOfDb(gainDb) : 1;
    if (companded === undefined) {
      this.#interface.place(startFrame, samples, fromFrame, frameCount, this.#lane, options);
      return;
    }
    const width = this.channelCount;
    for (let done = 0; done < frameCount; done += GAIN_CHUNK_FRAMES) {
      const frames = Math.min(GAIN_CHUNK_FRAMES, frameCount - done);
      const from = (fromFrame + done) * width;
      companded.apply(samples, from, this.#gainScratch, frames * width, gainDb);
      this.#interface.place(startFrame + done, this.#gainScratch, 0, frames, this.#lane, options);
    }
  }

  #readPlayed(startFrame: number, samples: Int16Array, frameCount: number): void {
    const { mixDown, played } = this.#interface;
    const gainFactor = gainFactorOfDb(this.outputGain.gainDb);
    mixDown.into(samples, 0, [played], startFrame, frameCount, this.#lane, gainFactor);
  }

  #inputSettings(): InputSettings {
    return { mask: this.inputs.mask, gainFactor: gainFactorOfDb(this.inputGain.gainDb) };
  }

  #rings(inputMask: number): readonly MixRing[] {
    const rings: MixRing[] = [];
    const { heard, played } = this.#interface;
    if (hasKind(this.#options.inputs, inputMask, 'microphones')) rings.push(heard);
    if (hasKind(this.#options.inputs, inputMask, 'monitor')) rings.push(played);
    return rings;
  }

  #stopDelivery(): void {
    this.#endDelivery?.();
    this.#endDelivery = undefined;
  }
}

function hasKind<Kind>(kinds: readonly Kind[], mask: number, wanted: Kind): boolean {
  return kinds.some((kind, bit) => kind === wanted && (mask & (1 << bit)) !== 0);
}
