// The capture worklet: what a microphone gives, in 16 bits and in blocks of a fixed length.
import { round16 } from '#shared/audio/sample16';
import { CAPTURE_PROCESSOR, type CapturedBlock, type CaptureSetup } from './capture-messages.ts';

const FULL_SCALE = 0x8000;

/** `process` allocates nothing of its own; a full block is copied into a message. */
class CaptureProcessor extends AudioWorkletProcessor implements WorkletProcessor {
  readonly #channelCount: number;
  readonly #block: CapturedBlock;
  #filled = 0;
  #isStopped = false;

  constructor(options: AudioWorkletNodeOptions) {
    super();
    const { channelCount, frameCount }: CaptureSetup = options.processorOptions;
    this.#channelCount = channelCount;
    this.#block = { samples: new Int16Array(frameCount * channelCount) };
    this.port.onmessage = () => {
      this.#isStopped = true;
    };
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const input = inputs[0];
    // A source that is muted has no channels: silence, so that time goes on.
    const frameCount = input?.[0]?.length ?? outputs[0]?.[0]?.length ?? 0;
    for (let frame = 0; frame < frameCount; frame++) {
      for (let channel = 0; channel < this.#channelCount; channel++) {
        const sample = input?.[channel]?.[frame] ?? 0;
        this.#block.samples[this.#filled] = round16(sample * FULL_SCALE);
        this.#filled += 1;
      }
      if (this.#filled === this.#block.samples.length) {
        this.port.postMessage(this.#block);
        this.#filled = 0;
      }
    }
    return !this.#isStopped;
  }
}

registerProcessor(CAPTURE_PROCESSOR, CaptureProcessor);
