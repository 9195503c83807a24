// Streams from one format to another, in blocks of any size.
import { describe, expect, it } from 'vitest';
import { createAdjustableConverter, createSoundConverter } from '#cli/sound/sound-converter';
import type { SoundFormat } from '#cli/sound-files/format';
import { fitTone } from '#test/shared/audio/tone-fit';
import { channelOf, noiseBytes, sineBytes } from '../commands/support/sounds.ts';

const stereo: SoundFormat = {
  encoding: 'LIN16',
  rateHz: 48_000,
  channelCount: 2,
  bigEndian: false,
};
const mono: SoundFormat = { ...stereo, channelCount: 1 };

function converted(from: SoundFormat, to: SoundFormat, bytes: Uint8Array, blockBytes: number) {
  const converter = createSoundConverter(from, to);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    pieces.push(converter.convert(bytes.subarray(at, at + blockBytes)));
  }
  return Buffer.concat([...pieces, converter.finish()]);
}

describe('a sound converter', () => {
  it('leaves alone what needs no change', () => {
    const bytes = noiseBytes(400, 1);
    expect(createSoundConverter(stereo, stereo).convert(bytes)).toBe(bytes);
    const law: SoundFormat = { ...mono, encoding: 'ALAW' };
    expect(createSoundConverter(law, { ...law, bigEndian: true }).convert(bytes)).toBe(bytes);
  });

  it('turns the byte order around, and back', () => {
    const bytes = noiseBytes(400, 2);
    const big = { ...stereo, bigEndian: true };
    const turned = converted(stereo, big, bytes, 100);
    expect(turned.swap16().equals(bytes)).toBe(true);
  });

  it.each([
    [44_100, 48_000],
    [48_000, 8_000],
    [8_000, 48_000],
    [22_050, 44_100],
  ])('from %i to %i Hz keeps the length and the sound, whatever the blocks', (fromHz, toHz) => {
    const from = { ...mono, rateHz: fromHz };
    const to = { ...mono, rateHz: toHz };
    const bytes = sineBytes(997, from, 1.2);
    const whole = converted(from, to, bytes, bytes.length);
    expect(whole).toHaveLength(Math.round((bytes.length * toHz) / fromHz));
    expect(converted(from, to, bytes, 254).equals(whole)).toBe(true);
    const samples = channelOf(whole, 0, 1);
    const middle = samples.subarray(toHz / 10, toHz / 10 + toHz);
    expect(fitTone(middle, 997, toHz).snrDb).toBeGreaterThan(75);
  });

  it('spreads one channel to all, and folds several to their mean', () => {
    const bytes = noiseBytes(2_000, 3);
    const spread = converted(mono, stereo, bytes, 300);
    expect(channelOf(spread, 0, 2)).toEqual(channelOf(bytes, 0, 1));
    expect(channelOf(spread, 1, 2)).toEqual(channelOf(bytes, 0, 1));
    expect(converted(stereo, mono, spread, 400).equals(bytes)).toBe(true);
  });

  it('fills whole units of encodings that have long ones, and the last with silence', () => {
    const gsm: SoundFormat = { encoding: 'GSM', rateHz: 8_000, channelCount: 1, bigEndian: false };
    const from = { ...mono, rateHz: 8_000 };
    expect(converted(from, gsm, sineBytes(300, from, 0.1), 202)).toHaveLength(5 * 33);
    const g723: SoundFormat = { ...gsm, encoding: 'G723' };
    expect(converted(from, g723, new Uint8Array(2 * 801), 34)).toHaveLength(101 * 3);
  });

  it('says what cannot be done', () => {
    expect(() => createSoundConverter({ ...mono, rateHz: 100 }, stereo)).toThrow(/two steps/);
    const celp: SoundFormat = { ...mono, encoding: 'CELP1016' };
    expect(() => createSoundConverter(celp, stereo)).toThrow(/CELP1016 cannot be converted/);
  });

  it('runs faster where it is told to', () => {
    const converter = createAdjustableConverter(mono, mono, true);
    converter.setSpeed(1.005);
    const bytes = sineBytes(440, mono, 1);
    const frames = (converter.convert(bytes).length + converter.finish().length) / 2;
    expect(Math.abs(frames - 48_000 / 1.005)).toBeLessThan(2);
  });
});
