// Everything else in shared/audio that runs over samples: mixing, gain, meters, resampling, tones.
import { createDtmfDetector } from '#shared/audio/dtmf-detector';
import { applyGain16 } from '#shared/audio/gain';
import { createLevelMeter } from '#shared/audio/meter';
import { clipTo16, mixInto, replaceInto } from '#shared/audio/mix';
import { createResampler } from '#shared/audio/resampler';
import { createToneGenerator } from '#shared/audio/tone';
import { BLOCK_SAMPLES, type Subject, signal, subject } from './audio-subject.ts';

/** -6 dB. */
const HALF = 0.501187;
/** A gain that leaves samples as loud as they are, block after block. */
const SAME = 1.0000001;
const PHONE_RATE_HZ = 8_000;

export function kernelSubjects(): Subject[] {
  return [...mixingSubjects(), ...resamplingSubjects(), ...toneSubjects()];
}

/** An accumulator that two channels would fill, as a stereo device has. */
const sumsOf = (): Int32Array => new Int32Array(2 * BLOCK_SAMPLES);

function mixingSubjects(): Subject[] {
  const placing = (name: string, cKernel: string, place: typeof mixInto, gain = 1, stride = 1) =>
    subject(
      name,
      (set) => {
        const samples = signal(set);
        const sums = sumsOf();
        return () => {
          place(sums, 0, samples, 0, BLOCK_SAMPLES, gain, stride);
          return sums[0] ?? 0;
        };
      },
      { cKernel },
    );
  return [
    placing('mix', 'mix', mixInto),
    placing('mix with gain', 'mix-gained', mixInto, HALF),
    placing('mix into one of two channels', 'mix-strided', mixInto, 1, 2),
    placing('replace', 'replace', replaceInto),
    subject(
      'clip sums to 16 bits',
      (set) => {
        const sums = Int32Array.from(signal(set), (sample) => 3 * sample);
        const output = new Int16Array(BLOCK_SAMPLES);
        return () => {
          clipTo16(sums, 0, output, 0, BLOCK_SAMPLES);
          return output[0] ?? 0;
        };
      },
      { cKernel: 'clip' },
    ),
    subject(
      'gain in place',
      (set) => {
        const samples = signal(set);
        return () => {
          applyGain16(samples, 0, BLOCK_SAMPLES, SAME);
          return samples[0] ?? 0;
        };
      },
      { cKernel: 'gain' },
    ),
    subject(
      'level meter',
      (set) => {
        const samples = signal(set);
        const meter = createLevelMeter();
        return () => {
          meter.add16(samples, 0, BLOCK_SAMPLES);
          return 0;
        };
      },
      { cKernel: 'meter' },
    ),
  ];
}

function resamplingSubjects(): Subject[] {
  const resampling = (
    name: string,
    cKernel: string,
    channelCount: number,
    inputRateHz: number,
    ratio: number,
  ) =>
    subject(
      `resample ${name}`,
      (set) => {
        const inputFrames = BLOCK_SAMPLES / channelCount;
        const resampler = createResampler({ channelCount, ratio, maxInputFrames: inputFrames });
        const input = Float32Array.from(signal(set), (sample) => sample / 0x8000);
        const output = new Float32Array(resampler.maxOutputFrames(inputFrames) * channelCount);
        return () => resampler.process(input, inputFrames, output);
      },
      { cKernel, samplesPerSecond: inputRateHz * channelCount },
    );
  return [
    resampling('48 kHz stereo at 1.0005', 'resample drift', 2, 48_000, 1.0005),
    resampling('44.1 to 48 kHz stereo', 'resample disc', 2, 44_100, 48_000 / 44_100),
    resampling('8 to 48 kHz mono', 'resample up', 1, 8_000, 6),
    resampling('48 to 8 kHz mono', 'resample down', 1, 48_000, 1 / 6),
  ];
}

function toneSubjects(): Subject[] {
  const tones = [
    { frequencyHz: 770, levelDbfs: -10 },
    { frequencyHz: 1_336, levelDbfs: -8 },
  ];
  return [
    subject(
      'two tones, 8 kHz',
      () => {
        const generator = createToneGenerator({
          rateHz: PHONE_RATE_HZ,
          segments: [{ tones, durationMs: 60 }],
          repeat: true,
          rampMs: 3,
        });
        const output = new Int16Array(BLOCK_SAMPLES);
        return () => generator.fill16(output, 0, BLOCK_SAMPLES);
      },
      { samplesPerSecond: PHONE_RATE_HZ },
    ),
    subject(
      'DTMF detector, 8 kHz',
      (set) => {
        const detector = createDtmfDetector({ rateHz: PHONE_RATE_HZ, onEvent() {} });
        const samples = signal(set);
        return () => {
          detector.add16(samples, 0, BLOCK_SAMPLES);
          return 0;
        };
      },
      { samplesPerSecond: PHONE_RATE_HZ },
    ),
  ];
}
