// Peak and RMS of blocks of any size.
import { describe, expect, it } from 'vitest';
import { createLevelMeter } from '#shared/audio/meter';

describe('level meter', () => {
  it('reads a full-scale sine as 0 dBFS peak and -3.01 dBFS RMS', () => {
    const meter = createLevelMeter();
    const wave = new Float32Array(4800).map((_, i) => Math.sin((2 * Math.PI * i) / 48));
    meter.addFloat(wave, 0, wave.length);
    const { peak, rms, peakDbfs, rmsDbfs } = meter.read();
    expect(peak).toBeCloseTo(1, 6);
    expect(rms).toBeCloseTo(Math.SQRT1_2, 6);
    expect(peakDbfs).toBeCloseTo(0, 4);
    expect(rmsDbfs).toBeCloseTo(-3.0103, 4);
  });

  it('reads the same in 16 bits, with -32768 as full scale', () => {
    const meter = createLevelMeter();
    meter.add16(Int16Array.of(-32_768, 16_384, -16_384, 0), 0, 4);
    const { peak, rms } = meter.read();
    expect(peak).toBe(1);
    expect(rms).toBeCloseTo(Math.sqrt(1.5 / 4), 12);
  });

  it('gathers blocks of any size, from any place, until it is reset', () => {
    const samples = Int16Array.from({ length: 100 }, (_, i) => (i * 7919) % 20_000);
    const whole = createLevelMeter();
    whole.add16(samples, 10, 80);
    const pieces = createLevelMeter();
    pieces.add16(samples, 10, 1);
    pieces.add16(samples, 11, 0);
    pieces.add16(samples, 11, 79);
    expect(pieces.read()).toEqual(whole.read());
    pieces.reset();
    pieces.add16(samples, 0, 1);
    expect(pieces.read().peak).toBe(0);
  });

  it('reads silence where nothing was added', () => {
    expect(createLevelMeter().read()).toEqual({
      peak: 0,
      rms: 0,
      peakDbfs: Number.NEGATIVE_INFINITY,
      rmsDbfs: Number.NEGATIVE_INFINITY,
    });
  });
});
