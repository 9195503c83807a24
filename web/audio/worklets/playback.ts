// The playback worklet.
import { PLAYBACK_PROCESSOR } from './playback-messages.ts';
import { PlaybackUnit } from './playback-unit.ts';

class PlaybackProcessor extends AudioWorkletProcessor implements WorkletProcessor {
  readonly #unit: PlaybackUnit;

  constructor(options: AudioWorkletNodeOptions) {
    super();
    this.#unit = new PlaybackUnit(options.processorOptions, this.port, sampleRate);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const output = outputs[0];
    if (output) this.#unit.process(output, currentFrame);
    return !this.#unit.isStopped;
  }
}

registerProcessor(PLAYBACK_PROCESSOR, PlaybackProcessor);
