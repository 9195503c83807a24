// Cross-check with sox, an independent program: it reads what is written here, and the other way round.
// Without sox the check is left out, and says so.
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { SoundFormat } from '#cli/sound-files/format';
import { repairHeader } from '#cli/sound-files/repair';
import { createSoundWriter } from '#cli/sound-files/writing';
import type { EncodingName } from '#shared/protocol/encodings';
import { readWhole, someBytes, temporaryFolder } from './support.ts';

const folder = temporaryFolder();
const hasSox = spawnSync('sox', ['--version']).status === 0;
if (!hasSox) {
  console.warn('NOTICE: sox is not installed; sound files are NOT cross-checked against it.');
}

/** How sox is told what the bytes of an encoding are. */
const soxEncodings = {
  LIN8U: ['-e', 'unsigned-integer', '-b', '8'],
  LIN8: ['-e', 'signed-integer', '-b', '8'],
  LIN16: ['-e', 'signed-integer', '-b', '16'],
  LIN32: ['-e', 'signed-integer', '-b', '32'],
  IEEES: ['-e', 'floating-point', '-b', '32'],
  IEEED: ['-e', 'floating-point', '-b', '64'],
  ALAW: ['-e', 'a-law', '-b', '8'],
  MU255: ['-e', 'mu-law', '-b', '8'],
} as const satisfies Partial<Record<EncodingName, readonly string[]>>;

type SoxEncoding = keyof typeof soxEncodings;

const cases = [
  ...(['LIN8U', 'LIN16', 'LIN32', 'IEEES', 'IEEED', 'ALAW', 'MU255'] as const).map(
    (encoding) => ({ container: 'wav', encoding, bigEndian: false }) as const,
  ),
  ...(['LIN8', 'LIN16', 'LIN32', 'IEEES', 'IEEED', 'ALAW', 'MU255'] as const).map(
    (encoding) => ({ container: 'au', encoding, bigEndian: true }) as const,
  ),
];

function sox(args: readonly string[], input?: Uint8Array): Buffer {
  // -D keeps sox from adding noise, -V1 from remarking on lengths that a stream cannot give.
  const run = spawnSync('sox', ['-V1', '-D', ...args], { input, maxBuffer: 1 << 24 });
  expect(run.stderr.toString()).toBe('');
  expect(run.status).toBe(0);
  return run.stdout;
}

const order = (bigEndian: boolean) => (bigEndian ? '-B' : '-L');

function rawArgs(encoding: SoxEncoding, bigEndian: boolean): string[] {
  const shape = ['-t', 'raw', '-r', '16000', '-c', '2'];
  return [...shape, order(bigEndian), ...soxEncodings[encoding]];
}

/** Values that every encoding keeps in a trip through sox's 32-bit integers. */
function soundBytes(encoding: SoxEncoding, bigEndian: boolean): Buffer {
  const codes = someBytes(800).map((byte) => (byte === 0x7f ? 0xff : byte));
  if (encoding !== 'IEEES' && encoding !== 'IEEED') return Buffer.from(codes);
  const byteCount = encoding === 'IEEES' ? 4 : 8;
  const bytes = Buffer.alloc(codes.length * byteCount);
  codes.forEach((code, i) => {
    const value = (code - 128) / 128;
    if (byteCount === 4)
      bigEndian ? bytes.writeFloatBE(value, i * 4) : bytes.writeFloatLE(value, i * 4);
    else bigEndian ? bytes.writeDoubleBE(value, i * 8) : bytes.writeDoubleLE(value, i * 8);
  });
  return bytes;
}

describe.skipIf(!hasSox)('sox', () => {
  it.each(cases)(
    'reads a $container file of $encoding',
    async ({ container, encoding, bigEndian }) => {
      const data = soundBytes(encoding, bigEndian);
      const path = folder.file(`ours.${container}`);
      const format: SoundFormat = { encoding, rateHz: 16000, channelCount: 2, bigEndian };
      const writer = await createSoundWriter(path, container, format);
      await writer.write(data);
      await writer.close();
      expect(sox([path, ...rawArgs(encoding, bigEndian), '-'])).toEqual(data);
    },
  );

  it.each(cases)(
    'reads a $container stream of $encoding',
    async ({ container, encoding, bigEndian }) => {
      const data = soundBytes(encoding, bigEndian);
      const pipe = new PassThrough();
      const format: SoundFormat = { encoding, rateHz: 16000, channelCount: 2, bigEndian };
      const writer = await createSoundWriter(pipe, container, format);
      const streamed: Uint8Array[] = [];
      pipe.on('data', (part: Uint8Array) => streamed.push(part));
      await writer.write(data);
      await writer.close();
      const args = ['-t', container, '-', ...rawArgs(encoding, bigEndian), '-'];
      expect(sox(args, Buffer.concat(streamed))).toEqual(data);
    },
  );

  it.each(cases)(
    'writes a $container file of $encoding',
    async ({ container, encoding, bigEndian }) => {
      const data = soundBytes(encoding, bigEndian);
      const path = folder.file(`theirs.${container}`);
      sox([...rawArgs(encoding, bigEndian), '-', ...soxEncodings[encoding], path], data);
      const sound = await readWhole(path);
      expect(sound.format).toEqual({ encoding, rateHz: 16000, channelCount: 2, bigEndian });
      expect(sound.declaredByteCount).toBe(data.length);
      expect(sound.bytes).toEqual(data);
      expect(sound.warnings).toEqual([]);
      expect((await repairHeader(path)).changed).toBe(false);
    },
  );

  it.each(cases)(
    'writes a $container stream of $encoding',
    async ({ container, encoding, bigEndian }) => {
      const data = soundBytes(encoding, bigEndian);
      const target = ['-t', container, ...soxEncodings[encoding], '-'];
      const path = folder.file('stream');
      const streamed = sox([...rawArgs(encoding, bigEndian), '-', ...target], data);
      await writeFile(path, streamed);
      const sound = await readWhole(createReadStream(path, { highWaterMark: 37 }));
      expect(sound.declaredByteCount).toBeUndefined();
      expect(sound.bytes).toEqual(data);
      expect((await repairHeader(path)).byteCount).toBe(data.length);
      expect((await readFile(path)).length).toBe(streamed.length);
      expect(sox([path, ...rawArgs(encoding, bigEndian), '-'])).toEqual(data);
    },
  );

  it.each(['wav', 'au'] as const)(
    'writes %s files of 24 bits, which come as 32',
    async (container) => {
      const data = someBytes(1200);
      data.forEach((_byte, i) => {
        if (i % 4 === 0) data[i] = 0;
      });
      const path = folder.file(`wide.${container}`);
      sox([...rawArgs('LIN32', false), '-', '-b', '24', '-e', 'signed-integer', path], data);
      const sound = await readWhole(path);
      const expected = Buffer.from(data);
      if (container === 'au') expected.swap32();
      expect(sound.format.encoding).toBe('LIN32');
      expect(sound.bytes).toEqual(expected);
    },
  );
});
