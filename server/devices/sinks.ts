// The ears of one device: everybody who hears what it plays.
import type { Audience } from './block-delivery.ts';
import type { Sink } from './face.ts';

interface Ear {
  readonly sink: Sink;
  /** Where the last block ended that it heard; undefined after silence. */
  heardUntilFrame: number | undefined;
}

export interface SinksOptions {
  readonly channelCount: number;
  /** Whether what is played is for these ears at all. */
  isOn(): boolean;
  read(startFrame: number, samples: Int16Array, frameCount: number): void;
  /** Is told what a sink threw; other sinks do not notice. */
  onError(error: unknown): void;
}

/** A block is read once, whoever hears it. */
export class Sinks implements Audience {
  readonly #options: SinksOptions;
  readonly #ears = new Set<Ear>();
  #samples = new Int16Array(0);

  constructor(options: SinksOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#ears.size === 0;
  }

  get wantedFrames(): number {
    let wantedFrames = Number.POSITIVE_INFINITY;
    for (const { sink } of this.#ears) {
      wantedFrames = Math.min(wantedFrames, sink.wantedFrames ?? 1);
    }
    return wantedFrames;
  }

  add(sink: Sink): () => void {
    const ear: Ear = { sink, heardUntilFrame: undefined };
    this.#ears.add(ear);
    return () => this.#ears.delete(ear);
  }

  played(startFrame: number, frameCount: number): void {
    if (!this.#options.isOn()) {
      this.fellSilent();
      return;
    }
    const samples = this.#block(frameCount);
    this.#options.read(startFrame, samples, frameCount);
    for (const ear of this.#ears) {
      const isContinuation = ear.heardUntilFrame === startFrame;
      ear.heardUntilFrame = startFrame + frameCount;
      this.#tell(() => ear.sink.played({ startFrame, frameCount, samples, isContinuation }));
    }
  }

  fellSilent(): void {
    for (const ear of this.#ears) {
      if (ear.heardUntilFrame === undefined) continue;
      ear.heardUntilFrame = undefined;
      this.#tell(() => ear.sink.silent());
    }
  }

  #block(frameCount: number): Int16Array {
    const sampleCount = frameCount * this.#options.channelCount;
    if (this.#samples.length !== sampleCount) this.#samples = new Int16Array(sampleCount);
    return this.#samples;
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
