// The GSM 06.10 decoder of one channel: a frame's parameters to 160 samples.
import { add } from './arithmetic.ts';
import { firstParameterOf, subframeField } from './frame.ts';
import { historyIndexOf, predict, ResidualHistory } from './long-term.ts';
import { Postprocessor } from './preprocess.ts';
import { decodePulses } from './pulses.ts';
import { ShortTermSynthesis } from './short-term.ts';
import {
  longestLag,
  samplesPerFrame,
  samplesPerSubframe,
  shortestLag,
  subframesPerFrame,
} from './tables.ts';

export class ChannelDecoder {
  readonly #history = new ResidualHistory();
  readonly #synthesis = new ShortTermSynthesis();
  readonly #postprocessor = new Postprocessor();
  readonly #pulses = new Int16Array(samplesPerSubframe);
  readonly #prediction = new Int16Array(samplesPerSubframe);
  #lag = shortestLag;

  reset(): void {
    this.#history.reset();
    this.#synthesis.reset();
    this.#postprocessor.reset();
    this.#lag = shortestLag;
  }

  decode(parameters: Uint8Array, samples: Int16Array): void {
    for (let subframe = 0; subframe < subframesPerFrame; subframe++) {
      this.#decodeResidual(parameters, subframe);
    }
    const residual = this.#history.samples;
    for (let i = 0; i < samplesPerFrame; i++) samples[i] = residual[longestLag + i] as number;
    this.#history.endFrame();
    this.#synthesis.process(parameters, samples);
    for (let i = 0; i < samplesPerFrame; i++) {
      samples[i] = this.#postprocessor.process(samples[i] as number);
    }
  }

  #decodeResidual(parameters: Uint8Array, subframe: number): void {
    const first = firstParameterOf(subframe);
    const lag = parameters[first + subframeField.lag] as number;
    // A lag that no encoder sends is an error of transmission: the last good one stands in (5.3.2).
    if (lag >= shortestLag && lag <= longestLag) this.#lag = lag;
    const gainCode = parameters[first + subframeField.gain] as number;
    const residual = this.#history.samples;
    const start = historyIndexOf(subframe);
    decodePulses(parameters, first, this.#pulses);
    predict(residual, start, this.#lag, gainCode, this.#prediction);
    for (let i = 0; i < samplesPerSubframe; i++) {
      residual[start + i] = add(this.#pulses[i] as number, this.#prediction[i] as number);
    }
  }
}
