// What is written to files and streams: the bytes, the sizes at the end, patience, and failures.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Format, Reader, Writer } from 'wav';
import { auSize } from '#cli/sound-files/au';
import { inByteOrderOf, type SoundFormat } from '#cli/sound-files/format';
import { repairHeader } from '#cli/sound-files/repair';
import { wavSizes } from '#cli/sound-files/wav-writer';
import { createSoundWriter } from '#cli/sound-files/writing';
import { type EncodingName, encodings } from '#shared/protocol/encodings';
import {
  auBytes,
  chunk,
  errorOf,
  readWhole,
  someBytes,
  temporaryFolder,
  u32,
  wavBytes,
} from './support.ts';

const folder = temporaryFolder();
const unknown = 0xffffffff;
const wavEncodings = ['LIN8U', 'LIN16', 'LIN32', 'IEEES', 'IEEED', 'ALAW', 'MU255'] as const;
const auEncodings = [
  ...(['MU255', 'LIN8', 'LIN16', 'LIN32', 'IEEES', 'IEEED'] as const),
  ...(['G721', 'G722', 'G723', 'ALAW'] as const),
];
const lin16: SoundFormat = {
  encoding: 'LIN16',
  rateHz: 8000,
  channelCount: 1,
  bigEndian: false,
};

function formatOf(encoding: EncodingName, bigEndian: boolean, channelCount = 2): SoundFormat {
  return { encoding, rateHz: 44100, channelCount, bigEndian };
}

describe('a sound that was written', () => {
  const cases = [
    ...wavEncodings.map((encoding) => ['wav', formatOf(encoding, false)] as const),
    ...auEncodings.map((encoding) => ['au', formatOf(encoding, true)] as const),
    ...(['GSM', 'IMA', 'CRLADPCM3', 'LIN16'] as const).map(
      (encoding) => ['raw', formatOf(encoding, true)] as const,
    ),
  ];

  it.each(cases)('to a file reads back as it was: %s %o', async (container, format) => {
    const path = folder.file(`${container}-${format.encoding}`);
    const data = someBytes(encodings[format.encoding].bytesPerUnit * 2 * 10);
    const writer = await createSoundWriter(path, container, format);
    for (const piece of [data.subarray(0, 7), data.subarray(7, 7), data.subarray(7)]) {
      await writer.write(piece);
    }
    expect(writer.byteCount).toBe(data.length);
    await writer.close();
    const rawFormat = container === 'raw' ? { rawFormat: format } : {};
    const { chunks: _chunks, ...sound } = await readWhole(path, rawFormat);
    const declaredByteCount = data.length;
    expect(sound).toEqual({ container, format, declaredByteCount, bytes: data, warnings: [] });
  });

  it.each(cases)('to a pipe reads back as it was: %s %o', async (container, format) => {
    const data = someBytes(encodings[format.encoding].bytesPerUnit * 2 * 10);
    const pipe = new PassThrough();
    const writer = await createSoundWriter(pipe, container, format);
    await writer.write(data);
    await writer.close();
    expect(pipe.writableEnded).toBe(false);
    pipe.end();
    const sound = await readWhole(pipe, container === 'raw' ? { rawFormat: format } : {});
    expect(sound.format).toEqual(format);
    expect(sound.declaredByteCount).toBeUndefined();
    expect(sound.bytes).toEqual(data);
  });
});

describe('the bytes of a file', () => {
  const written = async (container: 'wav' | 'au', format: SoundFormat, data: Uint8Array) => {
    const path = folder.file('bytes');
    const writer = await createSoundWriter(path, container, format);
    await writer.write(data);
    await writer.close();
    return readFile(path);
  };

  it('are the plain 44-byte head for integers in WAV', async () => {
    const data = someBytes(12);
    const bytes = await written('wav', { ...lin16, channelCount: 2 }, data);
    expect(bytes).toEqual(wavBytes({ channelCount: 2, data }));
  });

  it('are padded to an even number in WAV', async () => {
    const data = someBytes(5);
    const bytes = await written('wav', { ...lin16, encoding: 'LIN8U' }, data);
    expect(bytes).toEqual(wavBytes({ bits: 8, data }));
  });

  it('have an extension and the number of frames for the other WAV formats', async () => {
    const data = someBytes(24);
    const bytes = await written('wav', { ...lin16, encoding: 'IEEES' }, data);
    const between = chunk('fact', u32(6));
    expect(bytes).toEqual(wavBytes({ tag: 3, bits: 32, formatTail: [0, 0], between, data }));
  });

  it('have four zero bytes of annotation in AU', async () => {
    const data = someBytes(3);
    const bytes = await written('au', formatOf('MU255', true, 1), data);
    expect(bytes).toEqual(auBytes({ id: 1, rateHz: 44100, annotation: [0, 0, 0, 0], data }));
  });

  it('say "until the end" until the file is closed, so that a crash loses no sound', async () => {
    const path = folder.file('unfinished.wav');
    const data = someBytes(20);
    const writer = await createSoundWriter(path, 'wav', lin16);
    await writer.write(data);
    expect(await readFile(path)).toEqual(wavBytes({ riffSize: unknown, dataSize: unknown, data }));
    expect((await readWhole(path)).bytes).toEqual(data);
    await writer.close();
  });

  it.each(['wav', 'au'] as const)(
    'are brought up to date every second, so that others lose less of a crash: %s',
    async (container) => {
      const path = folder.file(`growing.${container}`);
      const secondBytes = 16_000;
      const format = inByteOrderOf(container, lin16);
      const writer = await createSoundWriter(path, container, format);
      for (let tenths = 1; tenths <= 25; tenths++) {
        await writer.write(someBytes(secondBytes / 10));
        const file = await readFile(path);
        const said = container === 'wav' ? file.readUInt32LE(40) : file.readUInt32BE(8);
        const wholeSeconds = Math.floor(tenths / 10);
        expect(said).toBe(wholeSeconds === 0 ? unknown : wholeSeconds * secondBytes);
      }
      if (container === 'wav') {
        // Read here, not even that is lost.
        expect((await readWhole(path)).bytes.length).toBe(2.5 * secondBytes);
      }
      expect((await repairHeader(path)).byteCount).toBe(2.5 * secondBytes);
      await writer.close();
    },
  );

  it('say so for ever on a pipe, and are not padded', async () => {
    const data = someBytes(5);
    const pipe = new PassThrough();
    const writer = await createSoundWriter(pipe, 'wav', { ...lin16, encoding: 'LIN8U' });
    await writer.write(data);
    await writer.close();
    const whole = wavBytes({ bits: 8, riffSize: unknown, dataSize: unknown, data });
    expect(pipe.read()).toEqual(whole.subarray(0, 49));
  });

  it('say so past 4 GiB', () => {
    expect(wavSizes(44, 4, unknown - 44 + 8 - 3)).toMatchObject({ dataSize: unknown - 39 });
    expect(wavSizes(44, 4, unknown)).toEqual(wavSizes(44, 4, undefined));
    expect(wavSizes(44, 4, 6 * 2 ** 30).dataSize).toBe(unknown);
    expect(auSize(6 * 2 ** 30)).toBe(unknown);
  });

  it('replace what the file held before', async () => {
    await writeFile(folder.file('bytes'), someBytes(1000));
    expect((await written('wav', lin16, someBytes(2))).length).toBe(46);
  });
});

describe('the wav package, as another program', () => {
  it('reads what is written here', async () => {
    const path = folder.file('for-package.wav');
    const data = someBytes(40);
    const writer = await createSoundWriter(path, 'wav', { ...lin16, channelCount: 2 });
    await writer.write(data);
    await writer.close();
    const reader = new Reader();
    const formats: Format[] = [];
    const parts: Uint8Array[] = [];
    reader.on('format', (format) => formats.push(format));
    reader.on('data', (part: Uint8Array) => parts.push(part));
    reader.end(await readFile(path));
    await new Promise((resolve) => reader.on('end', resolve));
    expect(formats).toMatchObject([
      { audioFormat: 1, channels: 2, sampleRate: 8000, bitDepth: 16 },
    ]);
    expect(Buffer.concat(parts)).toEqual(data);
  });

  it('writes what is read here', async () => {
    // Not its FileWriter: that opens the file a second time, at times before it exists.
    const data = someBytes(40);
    const writer = new Writer({ channels: 1, sampleRate: 16000, bitDepth: 32 });
    const header = once(writer, 'header');
    writer.end(data);
    const bytes = await buffer(writer.pipe(new PassThrough()));
    bytes.set((await header)[0] as Uint8Array);
    const path = folder.file('by-package.wav');
    await writeFile(path, bytes);
    const sound = await readWhole(path);
    expect(sound.format).toMatchObject({ encoding: 'LIN32', rateHz: 16000 });
    expect(sound.bytes).toEqual(data);
  });
});

describe('a writer', () => {
  it('waits until the stream has taken the bytes', async () => {
    const callbacks: (() => void)[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, callback) => callbacks.push(callback),
    });
    const release = async () => {
      await turn();
      callbacks.shift()?.();
    };
    const creating = createSoundWriter(slow, 'au', formatOf('MU255', true));
    await release();
    const writer = await creating;
    let written = false;
    const writing = writer.write(someBytes(8)).then(() => {
      written = true;
    });
    await turn();
    expect(written).toBe(false);
    expect(writer.byteCount).toBe(0);
    await release();
    await writing;
    expect(writer.byteCount).toBe(8);
  });

  it('keeps the order of calls that nobody awaited', async () => {
    const path = folder.file('order.wav');
    const writer = await createSoundWriter(path, 'wav', lin16);
    const data = someBytes(2000);
    for (let i = 0; i < data.length; i += 10) void writer.write(data.subarray(i, i + 10));
    await writer.close();
    expect((await readWhole(path)).bytes).toEqual(data);
  });

  it('may be closed more than once', async () => {
    const writer = await createSoundWriter(folder.file('twice.au'), 'au', formatOf('LIN8', true));
    await Promise.all([writer.close(), writer.close()]);
  });

  it('writes to what is not a regular file as to a pipe', async () => {
    const writer = await createSoundWriter('/dev/null', 'wav', lin16);
    await writer.write(someBytes(10));
    await writer.close();
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    const error = await errorOf(createSoundWriter('/dev/full', 'wav', lin16));
    expect(error.code).toBe('disk-full');
    expect(error.message).toContain('the disk is full; what was written before is kept');
  });

  it('keeps the sizes of what was written before the stream failed', async () => {
    let room = 60;
    const small = new Writable({
      write(part: Uint8Array, _encoding, callback) {
        room -= part.length;
        callback(room < 0 ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : null);
      },
    });
    const writer = await createSoundWriter(small, 'wav', lin16);
    await writer.write(someBytes(10));
    expect(await errorOf(writer.write(someBytes(10)))).toMatchObject({ code: 'disk-full' });
    expect(writer.byteCount).toBe(10);
    expect(await errorOf(writer.write(someBytes(10)))).toMatchObject({ code: 'closed-pipe' });
    await writer.close();
  });

  it('tells a closed pipe from a failure', async () => {
    const pipe = new PassThrough();
    const writer = await createSoundWriter(pipe, 'wav', lin16, 'standard output');
    pipe.destroy();
    const error = await errorOf(writer.write(someBytes(10)));
    expect(error).toMatchObject({
      code: 'closed-pipe',
      message: expect.stringContaining('standard output'),
    });
    await writer.close();
  });

  it('notices that the pipe closes while a write is under way', async () => {
    const stuck = new Writable({ write: () => undefined });
    const creating = errorOf(createSoundWriter(stuck, 'wav', lin16));
    await turn();
    stuck.destroy();
    expect(await creating).toMatchObject({ code: 'closed-pipe' });
  });

  it('says when a file cannot be made', async () => {
    const missing = createSoundWriter(folder.file('no/folder/x.wav'), 'wav', lin16);
    expect(await errorOf(missing)).toMatchObject({ code: 'not-found' });
    await mkdir(folder.file('a-folder'));
    const inPlace = createSoundWriter(folder.file('a-folder'), 'wav', lin16);
    expect(await errorOf(inPlace)).toMatchObject({ code: 'is-directory' });
  });

  it('refuses what the container cannot hold, before it touches the file', async () => {
    const path = folder.file('precious.wav');
    await writeFile(path, 'precious');
    const refused = [
      ['wav', formatOf('GSM', false), 'A WAV file cannot hold GSM: choose LIN8U, LIN16'],
      ['wav', formatOf('LIN16', true), 'A WAV file cannot hold big-endian LIN16'],
      ['au', formatOf('LIN8U', true), 'An AU file cannot hold LIN8U: choose MU255, LIN8,'],
      ['au', formatOf('IEEES', false), 'An AU file cannot hold little-endian IEEES'],
    ] as const;
    for (const [container, format, message] of refused) {
      const error = await errorOf(createSoundWriter(path, container, format));
      expect(error.code).toBe('cannot-hold');
      expect(error.message).toContain(message);
    }
    const noChannels = createSoundWriter(path, 'raw', { ...lin16, channelCount: 0 });
    expect(await errorOf(noChannels)).toMatchObject({ code: 'broken-header' });
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  it('takes a format once it is in the byte order of the container', () => {
    expect(inByteOrderOf('wav', formatOf('LIN16', true)).bigEndian).toBe(false);
    expect(inByteOrderOf('au', formatOf('LIN16', false)).bigEndian).toBe(true);
    expect(inByteOrderOf('raw', formatOf('LIN16', true)).bigEndian).toBe(true);
  });
});
