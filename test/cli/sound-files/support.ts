// Byte builders for sound files, written apart from the writers under test, and ways to read a sound whole.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { SoundFileError, SoundWarning } from '#cli/sound-files/errors';
import type { ContainerKind, SoundFormat } from '#cli/sound-files/format';
import { type OpenSoundOptions, openSound } from '#cli/sound-files/reading';

export interface WholeSound {
  readonly container: ContainerKind;
  readonly format: SoundFormat;
  readonly declaredByteCount: number | undefined;
  readonly chunks: readonly Uint8Array[];
  readonly bytes: Buffer;
  readonly warnings: readonly SoundWarning['code'][];
}

export async function readWhole(
  from: string | AsyncIterable<Uint8Array>,
  options?: OpenSoundOptions,
): Promise<WholeSound> {
  const { samples, warnings, container, format, declaredByteCount } = await openSound(
    from,
    options,
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of samples) chunks.push(chunk);
  const codes = warnings.map(({ code }) => code);
  const bytes = Buffer.concat(chunks);
  return { container, format, declaredByteCount, chunks, bytes, warnings: codes };
}

/** A stream of the bytes in pieces that end at the given offsets. */
export async function* cutAt(bytes: Uint8Array, ...offsets: number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const end of [...offsets, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

export async function* byteByByte(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i++) yield bytes.subarray(i, i + 1);
}

/** Numbers from a fixed seed, so that no two samples are alike by accident. */
export function someBytes(byteCount: number): Buffer {
  let state = 0x2545f491;
  return Buffer.from(
    Array.from({ length: byteCount }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

const u16 = (value: number) => [value & 0xff, (value >>> 8) & 0xff];
export const u32 = (value: number) => [...u16(value), ...u16(value >>> 16)];
export const be16 = (value: number) => u16(value).reverse();
export const be32 = (value: number) => u32(value).reverse();
export const letters = (text: string) => [...Buffer.from(text, 'latin1')];

export interface WavParts {
  tag?: number;
  channelCount?: number;
  rateHz?: number;
  bits?: number;
  blockAlign?: number;
  /** Follows the sixteen bytes that every format chunk has. */
  formatTail?: readonly number[];
  before?: readonly number[];
  between?: readonly number[];
  riffSize?: number;
  dataSize?: number;
  data?: Uint8Array;
  after?: readonly number[];
}

/** A little-endian WAV file: correct where nothing else is asked for. */
export function wavBytes(parts: WavParts = {}): Buffer {
  const { tag = 1, channelCount = 1, rateHz = 8000, bits = 16, data = someBytes(32) } = parts;
  const { blockAlign = (channelCount * bits) / 8, formatTail = [] } = parts;
  const { before = [], between = [], after = [], dataSize = data.length } = parts;
  const format = [
    ...[...u16(tag), ...u16(channelCount), ...u32(rateHz), ...u32(rateHz * blockAlign)],
    ...[...u16(blockAlign), ...u16(bits), ...formatTail],
  ];
  const padding = data.length % 2 === 1 ? [0] : [];
  const content = [
    ...[...letters('WAVE'), ...before, ...chunk('fmt ', format), ...between],
    ...[...letters('data'), ...u32(dataSize), ...data, ...padding, ...after],
  ];
  return Buffer.from([...letters('RIFF'), ...u32(parts.riffSize ?? content.length), ...content]);
}

export function chunk(name: string, content: readonly number[]): number[] {
  const padding = content.length % 2 === 1 ? [0] : [];
  return [...letters(name), ...u32(content.length), ...content, ...padding];
}

/** What turns a format chunk into an extensible one of that tag. */
export function extensibleTail(tag: number, validBits: number): number[] {
  const guid = [...u16(tag), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
  return [...u16(22), ...u16(validBits), ...u32(0), ...guid];
}

export interface AuParts {
  id?: number;
  dataOffset?: number;
  dataSize?: number;
  rateHz?: number;
  channelCount?: number;
  annotation?: readonly number[];
  data?: Uint8Array;
}

export function auBytes(parts: AuParts = {}): Buffer {
  const { id = 3, rateHz = 8000, channelCount = 1, annotation = [], data = someBytes(32) } = parts;
  const { dataOffset = 24 + annotation.length, dataSize = data.length } = parts;
  const numbers = [dataOffset, dataSize, id, rateHz, channelCount].flatMap(be32);
  return Buffer.from([...letters('.snd'), ...numbers, ...annotation, ...data]);
}

/** A folder for the tests of one file, removed after them. */
export function temporaryFolder(): { file(name: string): string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sound-files-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { file: (name) => join(folder, name) };
}

/** What a promise was rejected with, which must be one of our errors. */
export async function errorOf(work: Promise<unknown>): Promise<SoundFileError> {
  const { SoundFileError } = await import('#cli/sound-files/errors');
  const outcome = await work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  if (outcome instanceof SoundFileError) return outcome;
  throw outcome;
}
