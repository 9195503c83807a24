// What people write on the command line and see while they wait.
import { describe, expect, it } from 'vitest';
import { bar, clock, levelBar, progressLine } from '#cli/progress';
import { createSpectrumAnalyser } from '#cli/sound/spectrum';
import { parseDecibels, parseDuration, parseEncoding, parseSeconds } from '#cli/values';
import { createLevelMeter } from '#shared/audio/meter';

describe('values on the command line', () => {
  it.each([
    ['2', 2],
    ['2s', 2],
    ['500ms', 0.5],
    ['1.5m', 90],
    ['1:30', 90],
    ['-0:01.5', -1.5],
    ['1:00:01', 3_601],
    ['+2s', 2],
    ['-.5', -0.5],
  ])('the time %s is %f s', (text, seconds) => {
    expect(parseSeconds(text)).toBeCloseTo(seconds, 9);
  });

  it.each(['', 's', '2x', '1:2:3:4', '--2', '2 3'])('the time "%s" is none', (text) => {
    expect(() => parseSeconds(text)).toThrow(/written like 2s/);
  });

  it('takes levels with and without their unit, and refuses others', () => {
    expect(['-40dB', '3', '+1.5 db', '-6dBFS'].map(parseDecibels)).toEqual([-40, 3, 1.5, -6]);
    expect(() => parseDecibels('loud')).toThrow(/-6dB/);
    expect(() => parseDuration('-1s')).toThrow(/negative/);
  });

  it('knows encodings by all of their names, and none that has no unit', () => {
    expect(['mu-law', 'MU255', 'pcm16', 'Float32'].map(parseEncoding)).toEqual([
      ...['MU255', 'MU255', 'LIN16', 'IEEES'],
    ]);
    expect(() => parseEncoding('mpeg')).toThrow(/help encodings/);
  });
});

describe('the progress line', () => {
  const meter = createLevelMeter();
  meter.add16(Int16Array.of(0x4000, -0x4000), 0, 2);

  it('shows time passed and left, and the level', () => {
    expect(progressLine('x.wav', 30, 120, meter.read())).toBe(
      'x.wav  ▕██████                  ▏ 0:30 of 2:00  1:30 left  ▕██████████▊ ▏   -6.0 dB',
    );
    expect(progressLine('-', 3_661, undefined)).toBe('-  1:01:01');
  });

  it('never passes its ends', () => {
    expect(progressLine('x', 3, 2)).toContain('0:02 of 0:02  0:00 left');
    expect([bar(-1, 4), bar(0.5, 4), bar(0.53, 4), bar(9, 4)]).toEqual([
      ...['    ', '██  ', '██▏ ', '████'],
    ]);
    expect(clock(59.9)).toBe('0:59');
    expect(levelBar(createLevelMeter().read(), 4)).toBe('▕    ▏     -∞ dB');
  });
});

describe('the spectrum', () => {
  it('shows a full-scale sine at 0 dB in its band alone', () => {
    const analyser = createSpectrumAnalyser({ rateHz: 8_000, bandCount: 32, windowLength: 1_024 });
    const samples = Int16Array.from({ length: 1_024 }, (_, i) =>
      Math.round(32_767 * Math.sin((2 * Math.PI * 1_062.5 * i) / 8_000)),
    );
    const bands = [...analyser.bandsOf(samples, 0)];
    expect(bands[8]).toBeCloseTo(0, 1);
    expect(bands.filter((level) => level > -60)).toHaveLength(1);
    expect(analyser.bandEndsHz.at(-1)).toBe(4_000);
  });

  it('has columns for bands that are narrower than a bin', () => {
    const analyser = createSpectrumAnalyser({ rateHz: 8_000, bandCount: 100, windowLength: 64 });
    const bands = analyser.bandsOf(new Int16Array(64).fill(1_000), 0);
    expect(bands).toHaveLength(100);
    expect(bands.every((level) => !Number.isNaN(level))).toBe(true);
  });
});
