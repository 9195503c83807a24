// An audio context: a client's way to play on and record from one device, with its own gains,
// encoding and rate. Any client may use it; it ends with the one that created it.
import type { Device, PlayOptions } from '#server/devices/face';
import { codecFor } from '#shared/audio/encodings/codecs';
import { clampGainDb } from '#shared/audio/gain';
import type { ContextAttributes } from '#shared/protocol/attributes';
import { encodingNamed, encodings } from '#shared/protocol/encodings';
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId } from '#shared/protocol/ids';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '#shared/protocol/limits';
import { RatedTimeline } from './rated-timeline.ts';
import { SampleStream } from './sample-stream.ts';

const MAX_UNSIGNED = 0xffff_ffff;

export class AudioContext {
  readonly id: ContextId;
  readonly device: Device;
  #stream: SampleStream;
  /** Those that are not `playOptions`. */
  #attributes: Omit<ContextAttributes, 'playGainDb' | 'preemption'>;
  readonly #playOptions = { preempt: false, gainDb: 0 };

  /** `id` goes into the error where the encoding is refused (original.md 4). */
  constructor(id: ContextId, device: Device, attributes: Partial<ContextAttributes>) {
    this.id = id;
    this.device = device;
    this.#stream = new SampleStream(device, device.encoding, device);
    this.#attributes = {
      recordGainDb: 0,
      startTimeout: MAX_UNSIGNED,
      endSilence: MAX_UNSIGNED,
      encoding: encodings[device.encoding].id,
    };
    this.change(attributes, id);
  }

  /** What its plays and records go through from now on. */
  get stream(): SampleStream {
    return this.#stream;
  }

  get rateHz(): number {
    return this.#stream.timeline.rateHz;
  }

  /** It counts in another rate than its device, which takes memory for resamplers. */
  get isRated(): boolean {
    return this.rateHz !== this.device.rateHz;
  }

  /** How what it plays meets what is there. */
  get playOptions(): PlayOptions {
    return this.#playOptions;
  }

  get recordGainDb(): number {
    return this.#attributes.recordGainDb;
  }

  /** Values before a bad one are kept, and the bad one changes nothing (original.md 8, quirks.md 13). */
  change(attributes: Partial<ContextAttributes>, encodingErrorValue = 0): void {
    const { preemption, encoding, recordGainDb, playGainDb, ...stored } = attributes;
    Object.assign(this.#attributes, stored);
    if (recordGainDb !== undefined) this.#attributes.recordGainDb = clampGainDb(recordGainDb);
    if (playGainDb !== undefined) this.#playOptions.gainDb = clampGainDb(playGainDb);
    if (preemption !== undefined) {
      const mode = preemption & 0xff;
      if (mode > 1) throw new ProtocolError('BadValue', mode);
      this.#playOptions.preempt = mode === 1;
    }
    if (encoding !== undefined) this.#changeEncoding(encoding, encodingErrorValue);
  }

  /** From now on its samples and times count in another rate; BadValue for a rate that cannot be. */
  changeRate(rateHz: number): void {
    if (rateHz < MIN_RATE_HZ || rateHz > MAX_RATE_HZ) throw new ProtocolError('BadValue', rateHz);
    if (rateHz === this.rateHz) return;
    const { device } = this;
    const timeline = rateHz === device.rateHz ? device : new RatedTimeline(device, rateHz);
    this.#stream = new SampleStream(device, this.#stream.encoding, timeline);
  }

  #changeEncoding(number: number, errorValue: number): void {
    const name = encodingNamed(number);
    if (name === undefined || !codecFor(name)) throw new ProtocolError('BadValue', errorValue);
    if (name === this.#stream.encoding) return;
    this.#stream = new SampleStream(this.device, name, this.#stream.timeline);
    this.#attributes.encoding = number;
  }
}
