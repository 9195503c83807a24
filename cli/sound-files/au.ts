// The head of an AU (.snd) file: six big-endian numbers and an annotation of any length.
import type { EncodingName } from '#shared/protocol/encodings';
import type { ByteSource } from './byte-source.ts';
import { soundFileErrors } from './errors.ts';
import { hasText } from './foreign-formats.ts';
import { byteOrderMatters, checkFormat, frameByteCount, type SoundFormat } from './format.ts';
import {
  readHeaderBytes,
  type SoundHeader,
  type SourceLabel,
  skipHeaderBytes,
  unknownSize,
  viewOf,
} from './header.ts';

export interface AuHeader extends SoundHeader {
  readonly dataSize: number;
}

interface AuForm {
  readonly id: number;
  readonly encoding: EncodingName;
  readonly widened?: true;
}

const auForms: readonly AuForm[] = [
  { id: 1, encoding: 'MU255' },
  { id: 2, encoding: 'LIN8' },
  { id: 3, encoding: 'LIN16' },
  { id: 4, encoding: 'LIN32', widened: true },
  { id: 5, encoding: 'LIN32' },
  { id: 6, encoding: 'IEEES' },
  { id: 7, encoding: 'IEEED' },
  { id: 23, encoding: 'G721' },
  { id: 24, encoding: 'G722' },
  { id: 25, encoding: 'G723' },
  { id: 27, encoding: 'ALAW' },
];

const writableForms = auForms.filter((form) => form.widened === undefined);

const otherIds: Readonly<Record<number, string>> = {
  8: 'fragmented samples',
  26: 'G.723 ADPCM at 40 kbit/s',
};

const fixedByteCount = 24;
/** The least annotation that old readers expect: four zero bytes. */
const annotationByteCount = 4;
/** Where the size of the samples stands. */
export const auSizeOffset = 8;

export function isAu(firstBytes: Uint8Array): boolean {
  return hasText(firstBytes, 0, '.snd');
}

/** Leaves the source at the first sample. */
export async function readAuHeader(source: ByteSource, label: SourceLabel): Promise<AuHeader> {
  const head = viewOf(await readHeaderBytes(source, fixedByteCount, 'the end of its header'));
  const dataOffset = head.getUint32(4);
  const dataSize = head.getUint32(auSizeOffset);
  const id = head.getUint32(12);
  const form = auForms.find((each) => each.id === id);
  if (form === undefined) {
    const what = `${otherIds[id] ?? 'an encoding'} (AU encoding ${id})`;
    throw soundFileErrors.unsupported(label.name, what, label.path);
  }
  const { encoding, widened = false } = form;
  const format = {
    encoding,
    rateHz: head.getUint32(16),
    channelCount: head.getUint32(20),
    bigEndian: true,
  };
  checkFormat(label.name, format);
  if (dataOffset < fixedByteCount) {
    throw soundFileErrors.broken(label.name, `claims that its samples start at byte ${dataOffset}`);
  }
  await skipHeaderBytes(source, dataOffset - fixedByteCount);
  return {
    format,
    storedFrameByteCount: widened ? format.channelCount * 3 : frameByteCount(format),
    widened,
    dataOffset,
    dataSize,
    // 0 is what a writer leaves that meant to come back; where it is the truth, nothing follows.
    claimedByteCount: dataSize === unknownSize || dataSize === 0 ? undefined : dataSize,
  };
}

/** `dataByteCount` is undefined while it is not known, or past what 32 bits can say. */
export function auHeader(format: SoundFormat, dataByteCount: number | undefined): Uint8Array {
  const bytes = new Uint8Array(fixedByteCount + annotationByteCount);
  const head = viewOf(bytes);
  bytes.set([...'.snd'].map((letter) => letter.charCodeAt(0)));
  head.setUint32(4, bytes.length);
  head.setUint32(auSizeOffset, auSize(dataByteCount));
  head.setUint32(12, formOf(format).id);
  head.setUint32(16, format.rateHz);
  head.setUint32(20, format.channelCount);
  return bytes;
}

export function auSize(dataByteCount: number | undefined): number {
  return Math.min(dataByteCount ?? unknownSize, unknownSize);
}

function formOf(format: SoundFormat): AuForm {
  const form = writableForms.find(({ encoding }) => encoding === format.encoding);
  const choices = writableForms.map(({ encoding }) => encoding);
  if (form === undefined) throw soundFileErrors.cannotHold('An AU', format.encoding, choices);
  if (!format.bigEndian && byteOrderMatters(format.encoding)) {
    throw soundFileErrors.cannotHold('An AU', `little-endian ${format.encoding}`, [
      'big-endian samples',
    ]);
  }
  return form;
}
