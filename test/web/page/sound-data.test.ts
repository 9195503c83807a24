// Sound on its way into files, out of files and into pictures.
import { describe, expect, it } from 'vitest';
import { createColumns } from '../../../web/page/draw/columns.ts';
import { createSpectrum } from '../../../web/page/draw/spectrum.ts';
import { createRecorder } from '../../../web/page/model/recorder.ts';
import { wavHeader } from '../../../web/page/model/wav.ts';
import { lin16Bytes } from '../../../web/page/sound-file/file-samples.ts';

const stereo = { rateHz: 48_000, channelCount: 2 };

/** 20 ms of the same sample. */
const frame = (sample: number) => new Int16Array(960 * 2).fill(sample);

function samplesOf(parts: ArrayBufferView[] | undefined): Int16Array {
  const bytes = (parts ?? [])
    .slice(1)
    .flatMap(({ buffer, byteOffset, byteLength }) => [
      ...new Uint8Array(buffer, byteOffset, byteLength),
    ]);
  return new Int16Array(Uint8Array.from(bytes).buffer);
}

describe('a recording', () => {
  it('holds what was played, sample for sample, in its own copy', () => {
    const recorder = createRecorder(0);
    const played = frame(7);
    recorder.add(played, stereo, 20);
    played.fill(9);
    recorder.add(frame(8), stereo, 40);
    const samples = samplesOf(recorder.parts());
    expect(samples).toHaveLength(2 * 1_920);
    expect([samples[0], samples[1_919], samples[1_920]]).toEqual([7, 7, 8]);
    expect(recorder.seconds).toBeCloseTo(0.04, 10);
  });

  it('puts pauses back, but not what the network makes uneven', () => {
    const recorder = createRecorder(0);
    recorder.add(frame(1), stereo, 120);
    expect(recorder.seconds).toBeCloseTo(0.02, 10);
    recorder.add(frame(2), stereo, 3_000);
    expect(recorder.seconds).toBeCloseTo(3, 3);
    const samples = samplesOf(recorder.parts());
    expect([samples[0], samples[10_000], samples.at(-1)]).toEqual([1, 0, 2]);
  });

  it('leaves out sound of another format, and is nothing before any sound', () => {
    const recorder = createRecorder(0);
    expect(recorder.parts()).toBeUndefined();
    recorder.add(frame(1), stereo, 20);
    recorder.add(new Int16Array(160), { rateHz: 8_000, channelCount: 1 }, 40);
    expect(recorder.byteCount).toBe(1_920 * 2);
  });

  it('says its size and format in its header', () => {
    const view = new DataView(wavHeader(stereo, 1_000).buffer);
    expect(view.byteLength).toBe(44);
    expect(view.getUint32(4, true)).toBe(1_036);
    expect([view.getUint16(20, true), view.getUint16(22, true)]).toEqual([1, 2]);
    expect([view.getUint32(24, true), view.getUint32(28, true)]).toEqual([48_000, 192_000]);
    expect([view.getUint16(32, true), view.getUint16(34, true)]).toEqual([4, 16]);
    expect(view.getUint32(40, true)).toBe(1_000);
  });
});

describe('a file for a device', () => {
  const channel = (...samples: number[]) => Float32Array.from(samples);
  const bytes = (channels: Float32Array[], channelCount: number) =>
    new Int16Array(lin16Bytes({ frameCount: 2, channels }, channelCount, 0, 2).buffer);

  it('fills both channels from one', () => {
    expect([...bytes([channel(0.5, -1)], 2)]).toEqual([16_384, 16_384, -32_767, -32_767]);
  });

  it('mixes two into one', () => {
    expect([...bytes([channel(1, 0.5), channel(0, 0.5)], 1)]).toEqual([16_384, 16_384]);
  });

  it('keeps left left', () => {
    expect([...bytes([channel(1, 1), channel(0, 0)], 2)]).toEqual([32_767, 0, 32_767, 0]);
  });

  it('is clipped, and silent beyond its end', () => {
    expect([...bytes([channel(2)], 1)]).toEqual([32_767, 0]);
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
