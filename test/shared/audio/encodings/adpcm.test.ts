// IMA and the original's own ADPCM, against what its routines made.
import { describe, expect, it } from 'vitest';
import { crlAdpcm2Codec, crlAdpcm3Codec, crlAdpcm4Codec } from '#shared/audio/encodings/crl-adpcm';
import { imaCodec } from '#shared/audio/encodings/ima';
import { readInt16Vector, readVector, testSignal } from './reference-vectors.ts';
import { decodeStream, encodeStream } from './whole-streams.ts';

const codecs = [
  { codec: imaCodec, file: 'ima', peak: 32767 },
  { codec: crlAdpcm2Codec, file: 'crladpcm2', peak: 4 * 8031 },
  { codec: crlAdpcm3Codec, file: 'crladpcm3', peak: 4 * 8031 },
  { codec: crlAdpcm4Codec, file: 'crladpcm4', peak: 4 * 8031 },
];

const streams = [
  { channels: 'one channel', signal: 'signal', channelCount: 1 },
  { channels: 'two channels', signal: 'signal-stereo', channelCount: 2 },
];

describe.each(codecs)('$codec.encoding', ({ codec, file, peak }) => {
  it.each(streams)('encodes $channels as the original does', ({ signal, channelCount }) => {
    const samples = readInt16Vector(`signal/${signal}.s16le`);
    const expected = readVector(`signal/${signal}.${file}`);
    expect(encodeStream(codec, samples, channelCount)).toEqual(expected);
  });

  it.each(streams)('decodes $channels as the original does', ({ signal, channelCount }) => {
    const bytes = readVector(`signal/${signal}.${file}`);
    const expected = readInt16Vector(`signal/${signal}.${file}.decoded.s16le`);
    expect(decodeStream(codec, bytes, channelCount)).toEqual(expected);
  });

  it('never leaves its range, whatever bytes come', () => {
    for (const byte of [0x00, 0x77, 0x7f, 0x80, 0x88, 0xff, 0x55, 0xaa]) {
      const decoded = decodeStream(codec, new Uint8Array(3000).fill(byte));
      const loudest = decoded.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(loudest).toBeLessThanOrEqual(peak);
    }
  });

  it('catches up with a square wave at full scale', () => {
    const square = Int16Array.from({ length: 4800 }, (_, i) => (i % 480 < 240 ? 32767 : -32768));
    const decoded = decodeStream(codec, encodeStream(codec, square));
    for (let i = 200; i < square.length; i += 240) {
      expect(Math.sign(decoded[i] as number)).toBe(Math.sign(square[i] as number));
      expect(Math.abs(decoded[i] as number)).toBeGreaterThan(20000);
    }
  });
});

describe('ADPCM state', () => {
  it('does not leak from one channel to the next', () => {
    const silent = new Int16Array(8000);
    const oneLoud = Int16Array.from({ length: 16000 }, (_, i) =>
      i % 2 === 0 ? (testSignal[4000 + i / 2] as number) : 0,
    );
    for (const { codec } of codecs) {
      const decoded = decodeStream(codec, encodeStream(codec, oneLoud, 2), 2);
      const right = decoded.filter((_, i) => i % 2 === 1);
      expect(right).toEqual(decodeStream(codec, encodeStream(codec, silent)));
    }
  });
});
