// What a sound is made of, whatever file carries it, and the bounds that every header is held to.
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import { soundFileErrors } from './errors.ts';

export type ContainerKind = 'wav' | 'au' | 'raw';

export interface SoundFormat {
  readonly encoding: EncodingName;
  readonly rateHz: number;
  readonly channelCount: number;
  /** Of samples wider than a byte; says nothing about the others. */
  readonly bigEndian: boolean;
}

/** Beyond any converter that exists; a header that says more is broken. */
export const maxRateHz = 1_000_000;
export const maxChannelCount = 256;
/** What may come before the first sample. Pictures and cue sheets fit; a hostile chunk does not. */
export const maxHeaderByteCount = 16 * 1024 * 1024;

const wideEncodings: readonly EncodingName[] = ['LIN16', 'LIN32', 'IEEES', 'IEEED'];

export function byteOrderMatters(encoding: EncodingName): boolean {
  return wideEncodings.includes(encoding);
}

/** The same format in the one byte order that the container is written in; raw takes either. */
export function inByteOrderOf(container: ContainerKind, format: SoundFormat): SoundFormat {
  return container === 'raw' ? format : { ...format, bigEndian: container === 'au' };
}

export function isSameFormat(a: SoundFormat, b: SoundFormat): boolean {
  return (
    a.encoding === b.encoding &&
    a.rateHz === b.rateHz &&
    a.channelCount === b.channelCount &&
    a.bigEndian === b.bigEndian
  );
}

/** One unit of every channel: the least that can be played; 0 where the encoding has no unit. */
export function frameByteCount(format: SoundFormat): number {
  return encodings[format.encoding].bytesPerUnit * format.channelCount;
}

/** How long that many bytes of the format last. */
export function durationSeconds(format: SoundFormat, byteCount: number): number {
  const unitCount = byteCount / frameByteCount(format);
  return (unitCount * encodings[format.encoding].samplesPerUnit) / format.rateHz;
}

/** Throws unless the numbers are within bounds and the encoding can be cut into frames. */
export function checkFormat(name: string, format: SoundFormat): void {
  const { rateHz, channelCount, encoding } = format;
  if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > maxChannelCount) {
    throw soundFileErrors.outOfBounds(name, 'channels', channelCount, maxChannelCount);
  }
  if (!(rateHz >= 1 && rateHz <= maxRateHz)) {
    throw soundFileErrors.outOfBounds(name, 'samples a second', rateHz, maxRateHz);
  }
  if (frameByteCount(format) === 0) throw soundFileErrors.noUnit(name, encoding);
}

const containersBySuffix: Readonly<Record<string, ContainerKind>> = {
  wav: 'wav',
  wave: 'wav',
  au: 'au',
  snd: 'au',
  raw: 'raw',
  pcm: 'raw',
};

/** The container that a file's name asks for, or undefined where it says nothing. */
export function containerForName(path: string): ContainerKind | undefined {
  const suffix = /\.([^./\\]+)$/.exec(path)?.[1];
  return suffix === undefined ? undefined : containersBySuffix[suffix.toLowerCase()];
}
