// Every encoding, from its bytes to 16-bit samples and back, as the gateway's contexts use them.
import type { Codec } from '#shared/audio/encodings/codec';
import { codecs } from '#shared/audio/encodings/codecs';
import { createDecoder16, createEncoder16 } from '#shared/audio/encodings/linear-coders';
import { bytesForFrames } from '#shared/audio/encodings/units';
import { BLOCK_SAMPLES, type Subject, signal, subject } from './audio-subject.ts';

export function encodingSubjects(): Subject[] {
  return Object.values(codecs).flatMap((codec) => {
    const hasByteOrder = codec.encoding === 'LIN16' || codec.encoding === 'LIN32';
    if (!hasByteOrder) return bothWays(codec, codec.encoding, false);
    return [
      ...bothWays(codec, `${codec.encoding} little-endian`, false),
      ...bothWays(codec, `${codec.encoding} big-endian`, true),
    ];
  });
}

function bothWays(codec: Codec, name: string, bigEndian: boolean): Subject[] {
  const byteCount = bytesForFrames(codec.encoding, 1, BLOCK_SAMPLES);
  const decode = subject(
    `${name} decode`,
    (set) => {
      const bytes = new Uint8Array(byteCount);
      createEncoder16(codec, 1, BLOCK_SAMPLES).encode(signal(set), BLOCK_SAMPLES, bytes, bigEndian);
      const decoder = createDecoder16(codec, 1, BLOCK_SAMPLES);
      const samples = new Int16Array(BLOCK_SAMPLES);
      return () => decoder.decode(bytes, samples, bigEndian);
    },
    { cKernel: `${name} decode` },
  );
  const encode = subject(
    `${name} encode`,
    (set) => {
      const samples = signal(set);
      const encoder = createEncoder16(codec, 1, BLOCK_SAMPLES);
      const bytes = new Uint8Array(byteCount);
      return () => encoder.encode(samples, BLOCK_SAMPLES, bytes, bigEndian);
    },
    { cKernel: `${name} encode` },
  );
  return [decode, encode];
}
