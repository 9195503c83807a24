// What the audio thread's global scope offers; TypeScript's library has no name for it.

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

interface WorkletProcessor {
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

declare function registerProcessor(
  name: string,
  processor: new (options: AudioWorkletNodeOptions) => WorkletProcessor,
): void;

/** Frames since the context began to run, at the start of the block that is processed. */
declare const currentFrame: number;
declare const sampleRate: number;
