// Plays what a telephone in the page sounds like by itself: its signals, one at a time, and its keys. The sound
// of the call is the device's, and is played elsewhere.
import { dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator, type ToneSegment } from '#shared/audio/tone';
import type { End, PhoneTones } from './face.ts';
import { type Output, sharedOutput } from './output.ts';
import { type PhoneSignal, phoneSignals } from './phone-signals.ts';

/** Browsers resample it; twice the highest tone and some room. */
const RATE_HZ = 8_000;
const RAMP_MS = 5;
/** Keys are heard for the finger's sake, far below what the line gets. */
const KEY_GAIN = 0.12;
/** Played over and over while the key is held. */
const KEY_MS = 2_000;
const FADE_SECONDS = 0.012;
/** The output stays awake for so long after a sound, so that the next one is not late. */
const AWAKE_MS = 3_000;

interface Sounding {
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
}

export class ContextPhoneTones implements PhoneTones {
  readonly #buffers = new Map<string, AudioBuffer>();
  #volume = 1;
  #endUse: End | undefined;
  #soundCount = 0;
  #sleepTimer: ReturnType<typeof setTimeout> | undefined;
  #master: GainNode | undefined;
  #signalName: PhoneSignal | undefined;
  #signal: Sounding | undefined;

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    if (this.#master) this.#master.gain.value = volume;
  }

  signal(name: PhoneSignal | undefined): void {
    if (name === this.#signalName) return;
    this.#signalName = name;
    this.#end(this.#signal);
    this.#signal = undefined;
    if (name === undefined) return;
    const { segments, repeats } = phoneSignals[name];
    this.#signal = this.#start(name, segments, repeats, 1);
  }

  key(digit: string): End {
    const [tone] = dtmfSegments(digit);
    if (!tone) return () => {};
    const sounding = this.#start(digit, [{ ...tone, durationMs: KEY_MS }], true, KEY_GAIN);
    return () => this.#end(sounding);
  }

  #start(
    name: string,
    segments: readonly ToneSegment[],
    repeats: boolean,
    level: number,
  ): Sounding {
    const output = this.#wake();
    const { context } = output;
    const source = context.createBufferSource();
    source.buffer = this.#bufferOf(name, segments, context);
    source.loop = repeats;
    const gain = context.createGain();
    gain.gain.value = level;
    source.connect(gain).connect(this.#masterOf(context));
    source.addEventListener('ended', () => {
      gain.disconnect();
      this.#soundCount -= 1;
      if (this.#soundCount === 0) this.#sleepLater();
    });
    this.#soundCount += 1;
    source.start();
    return { source, gain };
  }

  #end(sounding: Sounding | undefined): void {
    if (!sounding) return;
    const { source, gain } = sounding;
    const now = gain.context.currentTime;
    gain.gain.setTargetAtTime(0, now, FADE_SECONDS / 4);
    source.stop(now + FADE_SECONDS);
  }

  #bufferOf(name: string, segments: readonly ToneSegment[], context: AudioContext): AudioBuffer {
    const known = this.#buffers.get(name);
    if (known) return known;
    const generator = createToneGenerator({
      ...{ rateHz: RATE_HZ, segments, repeat: false, rampMs: RAMP_MS },
    });
    const buffer = context.createBuffer(1, generator.totalFrames, RATE_HZ);
    generator.fillFloat(buffer.getChannelData(0), 0, generator.totalFrames);
    this.#buffers.set(name, buffer);
    return buffer;
  }

  #masterOf(context: AudioContext): GainNode {
    if (!this.#master) {
      this.#master = context.createGain();
      this.#master.gain.value = this.#volume;
      this.#master.connect(context.destination);
    }
    return this.#master;
  }

  #wake(): Output {
    clearTimeout(this.#sleepTimer);
    const output = sharedOutput();
    this.#endUse ??= output.use(() => {});
    // It may be the very press that the browser waits for.
    void output.resume();
    return output;
  }

  #sleepLater(): void {
    this.#sleepTimer = setTimeout(() => {
      this.#endUse?.();
      this.#endUse = undefined;
    }, AWAKE_MS);
  }
}
