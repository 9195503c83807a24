// Sound on its way into files and pictures.
import { describe, expect, it } from 'vitest';
import { createRecorder, type Recorder } from '#web/audio/recorder';
import { createColumns } from '#web/page/draw/columns';
import { createSpectrum } from '#web/page/draw/spectrum';
import { createPacedRecorder } from '#web/page/model/recorder';

const stereo = { rateHz: 48_000, channelCount: 2 };

/** 20 ms of the same sample. */
const frame = (sample: number) => new Int16Array(960 * 2).fill(sample);

async function samplesOf(recorder: Recorder): Promise<Int16Array> {
  const bytes = await recorder.toWav()?.slice(44).arrayBuffer();
  return new Int16Array(bytes ?? new ArrayBuffer(0));
}

describe('a recording', () => {
  it('holds what was played, sample for sample', async () => {
    const recorder = createRecorder();
    const paced = createPacedRecorder(recorder, 0);
    paced.add(frame(7), stereo, 20);
    paced.add(frame(8), stereo, 40);
    const samples = await samplesOf(recorder);
    expect(samples).toHaveLength(2 * 1_920);
    expect([samples[0], samples[1_919], samples[1_920]]).toEqual([7, 7, 8]);
    expect(paced.seconds).toBeCloseTo(0.04, 10);
  });

  it('puts pauses back, but not what the network makes uneven', async () => {
    const recorder = createRecorder();
    const paced = createPacedRecorder(recorder, 0);
    paced.add(frame(1), stereo, 120);
    expect(paced.seconds).toBeCloseTo(0.02, 10);
    paced.add(frame(2), stereo, 3_000);
    expect(paced.seconds).toBeCloseTo(3, 3);
    const samples = await samplesOf(recorder);
    expect([samples[0], samples[10_000], samples.at(-1)]).toEqual([1, 0, 2]);
  });

  it('leaves out sound of another format, and counts its bytes', () => {
    const paced = createPacedRecorder(createRecorder(), 0);
    paced.add(frame(1), stereo, 20);
    paced.add(new Int16Array(160), { rateHz: 8_000, channelCount: 1 }, 40);
    expect(paced.byteCount).toBe(1_920 * 2);
  });
});

describe('the columns of a picture', () => {
  it('hold the lowest and highest sample of each stretch, whatever the blocks', () => {
    const columns = createColumns(4);
    columns.add(Float32Array.of(0.1, -0.4, 0.9), 4);
    expect(columns.count).toBe(0);
    columns.add(Float32Array.of(0.2, -0.1), 4);
    expect(columns.count).toBe(1);
    expect(columns.high(0)).toBeCloseTo(0.9, 6);
    expect(columns.low(0)).toBeCloseTo(-0.4, 6);
  });
});

describe('the spectrum', () => {
  it.each([440, 1_000, 12_345])('finds a tone of %s Hz at its place and level', (hz) => {
    const rateHz = 48_000;
    const spectrum = createSpectrum(1_024);
    const ring = Float32Array.from({ length: 2_048 }, (_, i) =>
      Math.sin((2 * Math.PI * hz * i) / rateHz),
    );
    spectrum.measure(ring, 0);
    const strongest = spectrum.levelsDb.indexOf(Math.max(...spectrum.levelsDb));
    expect(Math.abs(strongest - (hz / rateHz) * 1_024)).toBeLessThanOrEqual(0.5);
    expect(spectrum.levelsDb[strongest]).toBeGreaterThan(-1.5);
    expect(spectrum.levelsDb[strongest]).toBeLessThan(0.1);
    const far = (strongest + 250) % 512;
    expect(spectrum.levelsDb[far]).toBeLessThan(-60);
  });
});
