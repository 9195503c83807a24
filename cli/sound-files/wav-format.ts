// What the format chunk of a WAV file says, and which AudioFile encoding that is.
import { type Format, Reader } from 'wav';
import type { EncodingName } from '#shared/protocol/encodings';
import { soundFileErrors } from './errors.ts';
import { checkFormat, type SoundFormat } from './format.ts';
import { type SourceLabel, viewOf } from './header.ts';

export interface WavForm {
  readonly tag: number;
  readonly bits: number;
  readonly encoding: EncodingName;
  /** Delivered in more bytes than stored; never written. */
  readonly widened?: true;
}

export const wavForms: readonly WavForm[] = [
  { tag: 1, bits: 8, encoding: 'LIN8U' },
  { tag: 1, bits: 16, encoding: 'LIN16' },
  { tag: 1, bits: 24, encoding: 'LIN32', widened: true },
  { tag: 1, bits: 32, encoding: 'LIN32' },
  { tag: 3, bits: 32, encoding: 'IEEES' },
  { tag: 3, bits: 64, encoding: 'IEEED' },
  { tag: 6, bits: 8, encoding: 'ALAW' },
  { tag: 7, bits: 8, encoding: 'MU255' },
];

const otherTags: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  // AudioFile has IMA and GSM too, but without the block heads and the 65-byte pairs of a WAV file.
  17: 'IMA ADPCM in blocks of its own kind',
  49: 'GSM 06.10 in pairs of frames',
  80: 'MPEG audio',
  85: 'MP3',
  100: 'G.726 ADPCM',
  255: 'AAC',
};

const extensibleTag = 0xfffe;
/** What follows the tag in the GUID of every extensible format that has a tag. */
const taggedGuidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71] as const;
const guidOffset = 24;
const plainByteCount = 16;
const extensibleByteCount = 40;

/** As much of a format chunk as `readWavForm` looks at; the rest of it may be anything. */
export const maxFormatByteCount = extensibleByteCount;

export interface WavFormat {
  readonly format: SoundFormat;
  readonly storedFrameByteCount: number;
  readonly widened: boolean;
}

/** Interprets the first bytes of a format chunk, or throws what is wrong with it. */
export function interpretFormatChunk(
  label: SourceLabel,
  chunk: Uint8Array,
  bigEndian: boolean,
): WavFormat {
  if (chunk.length < plainByteCount) {
    throw soundFileErrors.broken(label.name, `has a format chunk of ${chunk.length} bytes`);
  }
  const fields = parseFields(chunk, bigEndian);
  const tag =
    fields.audioFormat === extensibleTag ? tagOfGuid(chunk, bigEndian) : fields.audioFormat;
  const storedBits = Math.ceil(fields.bitDepth / 8) * 8;
  const form = wavForms.find((each) => each.tag === tag && each.bits === storedBits);
  if (form === undefined) {
    const what = describeForm(tag, fields.bitDepth);
    throw soundFileErrors.unsupported(label.name, what, label.path);
  }
  const { channels: channelCount, sampleRate: rateHz, blockAlign } = fields;
  const format = { encoding: form.encoding, rateHz, channelCount, bigEndian };
  checkFormat(label.name, format);
  if (blockAlign !== (channelCount * storedBits) / 8) {
    throw soundFileErrors.blockMismatch(label.name, blockAlign, channelCount, fields.bitDepth);
  }
  return { format, storedFrameByteCount: blockAlign, widened: form.widened === true };
}

function describeForm(tag: number | undefined, bits: number): string {
  if (tag === undefined) return 'a private WAV format';
  const name = otherTags[tag];
  if (name !== undefined) return `${name} (WAV format ${tag})`;
  return wavForms.some((each) => each.tag === tag)
    ? `samples of ${bits} bits (WAV format ${tag})`
    : `WAV format ${tag}`;
}

/** The tag within the GUID that an extensible format ends with; undefined for a private GUID. */
function tagOfGuid(chunk: Uint8Array, bigEndian: boolean): number | undefined {
  if (chunk.length < extensibleByteCount) return undefined;
  const isTagged = taggedGuidTail.every((byte, i) => chunk[guidOffset + 2 + i] === byte);
  return isTagged ? viewOf(chunk).getUint16(guidOffset, !bigEndian) : undefined;
}

/**
 * Has the `wav` package read the fields. Its Reader is given a head and a plain format chunk, which it
 * parses within the call; it never sees the chunks around it, since it would keep an unknown chunk of
 * any size in memory, and takes neither a chunk before the format nor the extensible form.
 */
function parseFields(chunk: Uint8Array, bigEndian: boolean): Format {
  const head = Buffer.alloc(20);
  head.write(bigEndian ? 'RIFX' : 'RIFF', 0, 'latin1');
  head.write('WAVEfmt ', 8, 'latin1');
  if (bigEndian) head.writeUInt32BE(plainByteCount, 16);
  else head.writeUInt32LE(plainByteCount, 16);
  const parsed: Format[] = [];
  const reader = new Reader();
  reader.on('format', (format) => parsed.push(format));
  reader.write(Buffer.concat([head, chunk.subarray(0, plainByteCount)]));
  const [fields] = parsed;
  if (fields === undefined)
    throw new Error('the wav package gave no format for a whole format chunk');
  return fields;
}
