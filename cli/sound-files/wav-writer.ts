// Builds the head of a WAV file.
//
// By hand, since the writer of the `wav` package has only the 44-byte form, which is for integers
// alone, fails past 4 GiB outside anyone's reach, and does not report a full disk.
import { soundFileErrors } from './errors.ts';
import { byteOrderMatters, type SoundFormat } from './format.ts';
import { unknownSize } from './header.ts';
import { type WavForm, wavForms } from './wav-format.ts';

const integerTag = 1;
const writableForms = wavForms.filter((form) => form.widened === undefined);

/**
 * `dataByteCount` is undefined while it is not known, or past what 32 bits can say. The head of a file that
 * is still written to says how much there is so far, and leaves the size of the whole unknown: that tells
 * readers to look further (wav-reader.ts).
 */
export function wavHeader(
  format: SoundFormat,
  dataByteCount: number | undefined,
  isFinished = true,
): Uint8Array {
  const { tag, bits } = formOf(format);
  const frameByteCount = (format.channelCount * bits) / 8;
  const hasExtras = tag !== integerTag;
  const headByteCount = hasExtras ? 58 : 44;
  const sizes = wavSizes(headByteCount, frameByteCount, dataByteCount);
  const head = Buffer.alloc(headByteCount);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(isFinished ? sizes.riffSize : unknownSize, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(hasExtras ? 18 : 16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(format.channelCount, 22);
  head.writeUInt32LE(format.rateHz, 24);
  head.writeUInt32LE(format.rateHz * frameByteCount, 28);
  head.writeUInt16LE(frameByteCount, 32);
  head.writeUInt16LE(bits, 34);
  if (hasExtras) {
    // An empty extension, and the number of frames: both are asked for beside integers.
    head.write('fact', 38, 'latin1');
    head.writeUInt32LE(4, 42);
    head.writeUInt32LE(sizes.frameCount, 46);
  }
  head.write('data', headByteCount - 8, 'latin1');
  head.writeUInt32LE(sizes.dataSize, headByteCount - 4);
  return head;
}

export interface WavSizes {
  readonly riffSize: number;
  readonly frameCount: number;
  readonly dataSize: number;
}

const unknownSizes: WavSizes = {
  riffSize: unknownSize,
  frameCount: unknownSize,
  dataSize: unknownSize,
};

/** The three numbers that depend on how much sound there is, its padding byte included. */
export function wavSizes(
  dataOffset: number,
  frameByteCount: number,
  dataByteCount: number | undefined,
): WavSizes {
  if (dataByteCount === undefined) return unknownSizes;
  const riffSize = dataOffset - 8 + dataByteCount + (dataByteCount % 2);
  if (riffSize >= unknownSize) return unknownSizes;
  const frameCount = Math.floor(dataByteCount / frameByteCount);
  return { riffSize, frameCount, dataSize: dataByteCount };
}

function formOf(format: SoundFormat): WavForm {
  const form = writableForms.find(({ encoding }) => encoding === format.encoding);
  const choices = writableForms.map(({ encoding }) => encoding);
  if (form === undefined) throw soundFileErrors.cannotHold('A WAV', format.encoding, choices);
  if (format.bigEndian && byteOrderMatters(format.encoding)) {
    throw soundFileErrors.cannotHold('A WAV', `big-endian ${format.encoding}`, [
      'little-endian samples',
    ]);
  }
  return form;
}
