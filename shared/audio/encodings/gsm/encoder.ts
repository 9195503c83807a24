// The GSM 06.10 encoder of one channel: 160 samples to a frame's parameters.
import { add, subtract } from './arithmetic.ts';
import { firstParameterOf, subframeField } from './frame.ts';
import { historyIndexOf, LongTermAnalyser, predict, ResidualHistory } from './long-term.ts';
import { LpcAnalyser } from './lpc.ts';
import { Preprocessor } from './preprocess.ts';
import { decodePulses, PulseEncoder } from './pulses.ts';
import { ShortTermAnalysis } from './short-term.ts';
import { samplesPerFrame, samplesPerSubframe, subframesPerFrame } from './tables.ts';

export class ChannelEncoder {
  readonly #preprocessor = new Preprocessor();
  readonly #lpc = new LpcAnalyser();
  readonly #analysis = new ShortTermAnalysis();
  readonly #longTerm = new LongTermAnalyser();
  readonly #pulseEncoder = new PulseEncoder();
  readonly #history = new ResidualHistory();
  readonly #prediction = new Int16Array(samplesPerSubframe);
  readonly #remainder = new Int16Array(samplesPerSubframe);

  reset(): void {
    this.#preprocessor.reset();
    this.#analysis.reset();
    this.#history.reset();
  }

  /** Uses `samples` as its working space. */
  encode(samples: Int16Array, parameters: Uint8Array): void {
    for (let i = 0; i < samplesPerFrame; i++) {
      samples[i] = this.#preprocessor.process(samples[i] as number);
    }
    this.#lpc.analyse(samples, parameters);
    this.#analysis.process(parameters, samples);
    for (let subframe = 0; subframe < subframesPerFrame; subframe++) {
      this.#encodeResidual(samples, subframe, parameters);
    }
    this.#history.endFrame();
  }

  #encodeResidual(residual: Int16Array, subframe: number, parameters: Uint8Array): void {
    const first = firstParameterOf(subframe);
    const firstSample = subframe * samplesPerSubframe;
    const history = this.#history.samples;
    const start = historyIndexOf(subframe);
    const prediction = this.#prediction;
    const remainder = this.#remainder;

    this.#longTerm.analyse(residual, firstSample, history, start);
    const { lag, gainCode } = this.#longTerm;
    parameters[first + subframeField.lag] = lag;
    parameters[first + subframeField.gain] = gainCode;
    predict(history, start, lag, gainCode, prediction);
    for (let i = 0; i < samplesPerSubframe; i++) {
      remainder[i] = subtract(residual[firstSample + i] as number, prediction[i] as number);
    }
    this.#pulseEncoder.encode(remainder, parameters, first);

    // The past must be what the decoder will have, not what was there.
    decodePulses(parameters, first, remainder);
    for (let i = 0; i < samplesPerSubframe; i++) {
      history[start + i] = add(remainder[i] as number, prediction[i] as number);
    }
  }
}
