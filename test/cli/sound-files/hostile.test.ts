// Files that are broken, cut off, of another kind or made to do harm: a clear error, in little memory.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromSystemError, SoundFileError } from '#cli/sound-files/errors';
import { openSound } from '#cli/sound-files/reading';
import {
  auBytes,
  byteByByte,
  chunk,
  cutAt,
  errorOf,
  extensibleTail,
  letters,
  readWhole,
  someBytes,
  temporaryFolder,
  u32,
  wavBytes,
} from './support.ts';

const folder = temporaryFolder();
const seed = 1411;
const opening = (bytes: Uint8Array, name = 'x.wav') =>
  errorOf(openSound(Readable.from([bytes]), { name }));

/** Root may read everything, so that it steps aside for a moment; others just are who they are. */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a header in any split', () => {
  const extensible = wavBytes({
    tag: 0xfffe,
    bits: 24,
    formatTail: extensibleTail(1, 24),
    before: chunk('note', [1]),
    between: chunk('fact', u32(8)),
    data: someBytes(24),
  });
  const files = {
    'a plain WAV file': wavBytes(),
    'a WAV file with chunks everywhere': extensible,
    'an AU file': auBytes({ annotation: letters('a note'), channelCount: 2 }),
  };

  it.each(Object.entries(files))('gives the same sound: %s', async (_what, bytes) => {
    const { chunks: _unsplit, ...whole } = await readWhole(Readable.from([bytes]));
    for (let first = 0; first <= bytes.length; first++) {
      const { chunks: _split, ...sound } = await readWhole(cutAt(bytes, first));
      expect(sound).toEqual(whole);
    }
    const { chunks: _bytes, ...sound } = await readWhole(byteByByte(bytes));
    expect(sound).toEqual(whole);
  });

  it.each(Object.entries(files))('that is cut off anywhere says so: %s', async (_what, bytes) => {
    const headByteCount = bytes.length - (bytes === extensible ? 24 : 32);
    for (let byteCount = 4; byteCount < headByteCount; byteCount++) {
      const error = await opening(bytes.subarray(0, byteCount));
      expect(error.code).toBe('truncated-header');
      expect(error.message).toContain(`ends after ${byteCount} bytes`);
    }
  });
});

describe('a file of another kind', () => {
  it.each([
    ['MP3', Buffer.from('ID3\x04\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1')],
    ['MP3', Buffer.from([0xff, 0xfb, 0x90, 0x64, 0, 0])],
    ['AAC', Buffer.from([0xff, 0xf1, 0x50, 0x80, 0, 0])],
    ['Ogg', Buffer.from('OggS\0\x02')],
    ['FLAC', Buffer.from('fLaC\0\0\0"')],
    ['M4A', Buffer.from('\0\0\0 ftypM4A ')],
    ['AIFF', Buffer.from('FORM\0\0\0\0AIFF')],
    ['AVI', Buffer.from('RIFF\0\0\0\0AVI LIST')],
    ['RIFF', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
    ['RF64', Buffer.from('RF64\xff\xff\xff\xffWAVEds64', 'latin1')],
    ['little-endian AU', Buffer.from('dns.\x1c\0\0\0')],
  ])('is named (%s) and told how to convert', async (kind, bytes) => {
    const path = folder.file(`what is 'this'.bin`);
    await writeFile(path, bytes);
    const error = await errorOf(openSound(path));
    expect(error.code).toBe('foreign-kind');
    expect(error.message).toContain(kind);
    expect(error.message).toContain(`what is '\\''this'\\''.bin' -f wav - | af play -`);
    expect((await opening(bytes)).message).toContain('ffmpeg -i - -f wav - | af play -');
  });

  it('that nobody knows shows how it begins', async () => {
    const error = await opening(Buffer.from('hello, world'), 'hello.txt');
    expect(error.code).toBe('unknown-kind');
    expect(error.message).toMatch(/^hello\.txt begins with "hell", .* encoding, rate and channels/);
    expect((await opening(Buffer.from([0x1b, 0x5b, 7]))).message).toContain('begins with 1b 5b 07');
  });

  it('does not get control characters of its name onto the terminal', async () => {
    const error = await errorOf(openSound(folder.file('\x1b[31mred\n.wav')));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('?[31mred?.wav');
  });

  it('that is empty is called empty', async () => {
    const path = folder.file('empty.wav');
    await writeFile(path, '');
    expect(await errorOf(openSound(path))).toMatchObject({ code: 'empty' });
    const rawFormat = {
      encoding: 'MU255',
      rateHz: 8000,
      channelCount: 1,
      bigEndian: false,
    } as const;
    expect(await errorOf(openSound(path, { rawFormat }))).toMatchObject({ code: 'empty' });
    expect((await opening(new Uint8Array(0), 'standard input')).message).toMatch(
      /^standard input is empty/,
    );
  });
});

describe('a header that cannot be right', () => {
  it.each([
    ['no channels', wavBytes({ channelCount: 0 }), 'claims 0 channels'],
    ['too many channels', wavBytes({ channelCount: 300 }), 'claims 300 channels'],
    ['no rate', wavBytes({ rateHz: 0 }), 'claims 0 samples a second'],
    ['an absurd rate', wavBytes({ rateHz: 0x7fffffff }), 'claims 2147483647 samples a second'],
    [
      'frames of another size',
      wavBytes({ blockAlign: 3 }),
      '3 bytes a frame, but 1 channels of 16',
    ],
    ['frames of no size', wavBytes({ blockAlign: 0 }), '0 bytes a frame'],
    ['a short format', Buffer.concat([head(4), u32Bytes(4)]), 'a format chunk of 4 bytes'],
    ['samples before the format', wavBytes({ before: chunk('data', [1]) }), 'before any format'],
    ['a chunk without a name', wavBytes({ between: [0, 0, 0, 1, 0, 0, 0, 0] }), 'has 00 00 00 01'],
    ['a chunk of 4 GiB', wavBytes({ between: [...letters('JUNK'), ...u32(0xffffffff)] }), 'claims'],
    ['a format of 4 GiB', Buffer.concat([head(0xffffffff), someWavFormat()]), 'claims'],
    ['no channels (AU)', auBytes({ channelCount: 0 }), 'claims 0 channels'],
    ['an absurd rate (AU)', auBytes({ rateHz: 0xffffffff }), 'samples a second'],
    ['samples within the header (AU)', auBytes({ dataOffset: 8 }), 'start at byte 8'],
    ['an annotation of 4 GiB (AU)', auBytes({ dataOffset: 0xffffffff }), 'claims 4294967295 bytes'],
  ])('is refused: %s', async (_what, bytes, found) => {
    const error = await opening(bytes);
    expect(error.code).toBe('broken-header');
    expect(error.message).toContain(found);
  });

  it('is refused when its chunks never end', async () => {
    async function* endless() {
      yield Buffer.from([...letters('RIFF'), ...u32(0), ...letters('WAVE')]);
      for (;;) yield Buffer.from(chunk('JUNK', []));
    }
    const error = await errorOf(openSound(endless()));
    expect(error.message).toContain('has 1000 chunks and no samples');
  });

  it('passes over a large chunk without keeping it', async () => {
    const block = new Uint8Array(64 * 1024);
    const blockCount = 240;
    async function* large() {
      const size = block.length * blockCount;
      yield Buffer.from([...letters('RIFF'), ...u32(0), ...letters('WAVEJUNK'), ...u32(size)]);
      for (let i = 0; i < blockCount; i++) yield block;
      yield wavBytes().subarray(12);
    }
    const before = process.memoryUsage().arrayBuffers;
    const sound = await openSound(large());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * block.length);
    await sound.close();
  });
});

describe('an encoding that cannot be played', () => {
  it.each([
    [
      'GSM in WAV',
      wavBytes({ tag: 0x31, bits: 0 }),
      'GSM 06.10 in pairs of frames (WAV format 49)',
    ],
    ['IMA in WAV', wavBytes({ tag: 0x11, bits: 4 }), 'IMA ADPCM in blocks of its own kind'],
    ['MP3 in WAV', wavBytes({ tag: 0x55, bits: 0 }), 'MP3 (WAV format 85)'],
    ['an unknown tag', wavBytes({ tag: 4711 }), 'holds WAV format 4711'],
    ['64-bit integers', wavBytes({ bits: 64 }), 'samples of 64 bits (WAV format 1)'],
    [
      'a private format',
      wavBytes({ tag: 0xfffe, formatTail: someBytes24() }),
      'private WAV format',
    ],
    ['a cut extension', wavBytes({ tag: 0xfffe, formatTail: [0, 0] }), 'private WAV format'],
    ['G.723 at 40 kbit/s', auBytes({ id: 26 }), 'G.723 ADPCM at 40 kbit/s (AU encoding 26)'],
    ['an unknown number', auBytes({ id: 99 }), 'an encoding (AU encoding 99)'],
  ])('is named with its number: %s', async (_what, bytes, found) => {
    const error = await opening(bytes);
    expect(error.code).toBe('unsupported-encoding');
    expect(error.message).toContain(found);
    expect(error.message).toContain('ffmpeg -i - -f wav - | af play -');
  });

  it('is refused as raw samples where the protocol gives it no unit', async () => {
    const rawFormat = {
      encoding: 'MPEG',
      rateHz: 8000,
      channelCount: 1,
      bigEndian: false,
    } as const;
    const error = await errorOf(openSound(Readable.from([someBytes(9)]), { rawFormat }));
    expect(error.code).toBe('unsupported-encoding');
  });
});

describe('a file that cannot be read', () => {
  it('says that it is missing or a folder', async () => {
    expect(await errorOf(openSound(folder.file('no/such.wav')))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('there is no such file or folder'),
    });
    await mkdir(folder.file('folder.wav'));
    expect(await errorOf(openSound(folder.file('folder.wav')))).toMatchObject({
      code: 'is-directory',
    });
  });

  it('says that it may not be read', async () => {
    const path = folder.file('secret.wav');
    await writeFile(path, wavBytes());
    await chmod(path, 0);
    const error = await asNobody(() => errorOf(openSound(path)));
    expect(error).toMatchObject({ code: 'not-permitted' });
  });

  it('says what the system said where nothing better is known', async () => {
    const failing = new Readable({
      read() {
        this.destroy(Object.assign(new Error('the cable came out'), { code: 'EIO' }));
      },
    });
    const error = await errorOf(openSound(failing, { name: 'tape' }));
    expect(error.code).toBe('unreadable');
    expect(error.message).toBe('reading tape failed: the system reports: the cable came out.');
    const forbidden = Object.assign(new Error('EACCES'), { code: 'EACCES' });
    expect(fromSystemError(forbidden, 'tape', 'reading')).toMatchObject({ code: 'not-permitted' });
    expect(fromSystemError('odd', 'tape', 'writing').message).toContain('odd');
  });
});

describe('whatever bytes come', () => {
  /** A file of either kind with a few of its first bytes changed. */
  const spoiled = fc
    .tuple(
      fc.constantFrom(
        wavBytes({ between: chunk('LIST', letters('INFO')) }),
        wavBytes({ tag: 0xfffe, formatTail: extensibleTail(3, 32), bits: 32 }),
        auBytes({ annotation: letters('note') }),
      ),
      fc.array(fc.tuple(fc.nat(70), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.nat(120),
    )
    .map(([bytes, changes, byteCount]) => {
      const copy = Buffer.from(bytes);
      for (const [offset, value] of changes) if (offset < copy.length) copy[offset] = value;
      return copy.subarray(0, byteCount);
    });
  const beginnings = fc.constantFrom('', 'RIFF\0\0\0\0WAVE', 'RIFX\0\0\0\0WAVEfmt ', '.snd');
  const random = fc
    .tuple(beginnings, fc.uint8Array({ maxLength: 100 }))
    .map(([text, bytes]) => Buffer.concat([Buffer.from(text, 'latin1'), bytes]));

  it('gives whole frames of what was there, or one of our errors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoiled, random), fc.boolean(), async (bytes, singly) => {
        const pieces = singly ? byteByByte(bytes) : cutAt(bytes);
        try {
          const sound = await readWhole(pieces);
          expect(sound.bytes.length).toBeLessThanOrEqual((bytes.length * 4) / 3);
        } catch (error) {
          expect(error).toBeInstanceOf(SoundFileError);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });
});

function head(formatSize: number): Buffer {
  return Buffer.from([...letters('RIFF'), ...u32(0), ...letters('WAVEfmt '), ...u32(formatSize)]);
}

function u32Bytes(value: number): Buffer {
  return Buffer.from(u32(value));
}

/** What stands in a format chunk, and more behind it. */
function someWavFormat(): Buffer {
  return Buffer.concat([wavBytes().subarray(20, 36), someBytes(100)]);
}

function someBytes24(): number[] {
  return Array.from(someBytes(24));
}
