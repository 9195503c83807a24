// G.722 against an independent coder's bits and samples.
import { describe, expect, it } from 'vitest';
import { g722 } from '#shared/audio/encodings/g722';
import {
  decodeAll,
  encodeAll,
  fixtureBytes,
  fixtureSamples,
  snrDb,
  tone,
} from '#test/shared/audio/encodings/standard-coders';

describe('G.722', () => {
  it('encodes the wideband signal to the bits of an independent coder', () => {
    const bytes = encodeAll(g722, fixtureSamples('g722/wideband.s16le'));
    expect(bytes).toEqual(fixtureBytes('g722/wideband.g722'));
  });

  it('decodes them to the samples of that coder', () => {
    const samples = decodeAll(g722, fixtureBytes('g722/wideband.g722'));
    expect(samples).toEqual(fixtureSamples('g722/wideband.g722.decoded.s16le'));
  });

  it('decodes random bytes as that coder does, overload and forbidden codes included', () => {
    const samples = decodeAll(g722, fixtureBytes('g722/random.g722'));
    expect(samples).toEqual(fixtureSamples('g722/random.g722.decoded.s16le'));
  });

  it('bears a tone of full scale, where the bands reach their limit', () => {
    const meant = tone(8000, 440, 16000, 32767);
    expect(snrDb(meant, decodeAll(g722, encodeAll(g722, meant)), 22)).toBeGreaterThan(32);
  });

  it('has a silence that a fresh decoder turns into zeros for ever', () => {
    const bytes = new Uint8Array(100_000).fill(g722.silence[0] as number);
    expect(decodeAll(g722, bytes).every((sample) => sample === 0)).toBe(true);
  });
});
