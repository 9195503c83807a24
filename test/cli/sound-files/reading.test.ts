// What a sound file gives when it is opened: container, format, length and whole frames.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { containerForName, durationSeconds, type SoundFormat } from '#cli/sound-files/format';
import { openSound } from '#cli/sound-files/reading';
import { encodings } from '#shared/protocol/encodings';
import {
  auBytes,
  be16,
  be32,
  byteByByte,
  chunk,
  cutAt,
  extensibleTail,
  letters,
  readWhole,
  someBytes,
  temporaryFolder,
  u32,
  wavBytes,
} from './support.ts';

const folder = temporaryFolder();
const stream = (bytes: Uint8Array) => Readable.from([bytes]);
const unknown = 0xffffffff;

describe('a WAV file', () => {
  const forms = [
    { tag: 1, bits: 8, encoding: 'LIN8U' },
    { tag: 1, bits: 16, encoding: 'LIN16' },
    { tag: 1, bits: 32, encoding: 'LIN32' },
    { tag: 3, bits: 32, encoding: 'IEEES' },
    { tag: 3, bits: 64, encoding: 'IEEED' },
    { tag: 6, bits: 8, encoding: 'ALAW' },
    { tag: 7, bits: 8, encoding: 'MU255' },
  ] as const;

  it.each(forms)('of format $tag with $bits bits is $encoding', async ({ tag, bits, encoding }) => {
    const data = someBytes((bits / 8) * 2 * 5);
    const sound = await readWhole(stream(wavBytes({ tag, bits, channelCount: 2, data })));
    expect(sound.container).toBe('wav');
    expect(sound.format).toEqual({ encoding, rateHz: 8000, channelCount: 2, bigEndian: false });
    expect(sound.declaredByteCount).toBe(data.length);
    expect(sound.bytes).toEqual(data);
    expect(sound.warnings).toEqual([]);
  });

  it.each(forms)('may give format $tag with $bits bits in the extensible form', async (form) => {
    const { tag, bits, encoding } = form;
    const formatTail = extensibleTail(tag, bits);
    const data = someBytes(64);
    const sound = await readWhole(stream(wavBytes({ tag: 0xfffe, bits, formatTail, data })));
    expect(sound.format.encoding).toBe(encoding);
    expect(sound.bytes).toEqual(data);
  });

  it('of 24 bits comes in the upper bytes of 32', async () => {
    const data = Buffer.from([0x01, 0x02, 0x03, 0xff, 0xfe, 0xfd]);
    const sound = await readWhole(stream(wavBytes({ bits: 24, data })));
    expect(sound.format.encoding).toBe('LIN32');
    expect(sound.declaredByteCount).toBe(8);
    expect(sound.bytes.readInt32LE(0)).toBe(0x03020100);
    expect(sound.bytes.readInt32LE(4)).toBe(0xfdfeff00 | 0);
  });

  it('of 12 or 20 valid bits counts as the container that holds them', async () => {
    const twelve = wavBytes({ bits: 12, blockAlign: 2 });
    expect((await readWhole(stream(twelve))).format.encoding).toBe('LIN16');
    const twenty = wavBytes({ bits: 20, blockAlign: 3, data: someBytes(30) });
    expect((await readWhole(stream(twenty))).bytes.length).toBe(40);
  });

  it('may be big-endian throughout (RIFX)', async () => {
    const format = [1, 1].flatMap(be16).concat(be32(8000), be32(16000), be16(2), be16(16));
    const data = someBytes(10);
    const content = letters('WAVEfmt ').concat(be32(16), format, letters('data'), be32(10));
    const bytes = [...letters('RIFX'), ...be32(content.length + 10), ...content, ...data];
    const sound = await readWhole(stream(Buffer.from(bytes)));
    expect(sound.format).toMatchObject({ encoding: 'LIN16', bigEndian: true });
    expect(sound.bytes).toEqual(data);
  });

  it('may have chunks of even and odd size before the format, before the samples and after them', async () => {
    const odd = chunk('note', [1, 2, 3]);
    const even = chunk('LIST', letters('INFOISFT'));
    const data = someBytes(7);
    const parts = { before: [...odd, ...even], between: [...even, ...odd], after: even };
    const sound = await readWhole(stream(wavBytes({ bits: 8, data, ...parts })));
    expect(sound.bytes).toEqual(data);
    expect(sound.warnings).toEqual([]);
  });

  it('may have a format chunk with more in it than anybody knows', async () => {
    const formatTail = Array.from(someBytes(200));
    expect((await readWhole(stream(wavBytes({ formatTail })))).bytes).toEqual(someBytes(32));
  });

  it('with no samples is a sound of no length', async () => {
    const sound = await readWhole(stream(wavBytes({ data: new Uint8Array(0) })));
    expect(sound.bytes.length).toBe(0);
    expect(sound.warnings).toEqual([]);
  });

  it('with no samples but something behind them does not play that', async () => {
    const after = chunk('LIST', letters('INFOISFT'));
    const sound = await readWhole(stream(wavBytes({ data: new Uint8Array(0), after })));
    expect(sound.bytes.length).toBe(0);
  });
});

describe('a WAV stream whose length nobody knew', () => {
  const data = someBytes(60);
  const ffmpegComment = [...letters('INFOISFT'), ...u32(14), ...letters('Lavf59.27.100'), 0];
  const streams = {
    'as ffmpeg writes it': wavBytes({
      between: chunk('LIST', ffmpegComment),
      riffSize: unknown,
      dataSize: unknown,
      data,
    }),
    'as sox writes it': wavBytes({ riffSize: 0x7ffff024, dataSize: 0x7ffff000, data }),
    'as sox writes it, in frames of 9 bytes': wavBytes({
      tag: 0xfffe,
      bits: 24,
      channelCount: 3,
      formatTail: extensibleTail(1, 24),
      between: chunk('fact', u32(0x0e38e1c7)),
      riffSize: 0x7ffff048,
      dataSize: 0x7fffefff,
      data: someBytes(72),
    }),
    'as arecord writes it': wavBytes({ riffSize: 0x80000024, dataSize: 0x80000000, data }),
    'as the wav package writes it': wavBytes({
      riffSize: unknown - 64,
      dataSize: unknown - 100,
      data,
    }),
    'with sizes of 0': wavBytes({ riffSize: 0, dataSize: 0, data }),
    'with a size of 0 in a head that counts as whole': wavBytes({
      riffSize: 36,
      dataSize: 0,
      data,
    }),
  };

  it.each(Object.entries(streams))('%s goes on to its end', async (_who, bytes) => {
    const sound = await readWhole(stream(bytes));
    expect(sound.declaredByteCount).toBeUndefined();
    expect(sound.bytes.length).toBeGreaterThanOrEqual(60);
    expect(sound.warnings).toEqual([]);
  });

  it('has a length when it lies in a file', async () => {
    const path = folder.file('dead.wav');
    await writeFile(path, wavBytes({ riffSize: unknown, dataSize: unknown, data }));
    const sound = await readWhole(path);
    expect(sound.declaredByteCount).toBe(60);
    expect(sound.bytes).toEqual(data);
  });
});

describe('an AU file', () => {
  const forms = [
    { id: 1, encoding: 'MU255' },
    { id: 2, encoding: 'LIN8' },
    { id: 3, encoding: 'LIN16' },
    { id: 5, encoding: 'LIN32' },
    { id: 6, encoding: 'IEEES' },
    { id: 7, encoding: 'IEEED' },
    { id: 23, encoding: 'G721' },
    { id: 24, encoding: 'G722' },
    { id: 25, encoding: 'G723' },
    { id: 27, encoding: 'ALAW' },
  ] as const;

  it.each(forms)('of encoding $id is $encoding', async ({ id, encoding }) => {
    const data = someBytes(encodings[encoding].bytesPerUnit * 6);
    const sound = await readWhole(stream(auBytes({ id, data })));
    expect(sound.container).toBe('au');
    expect(sound.format).toEqual({ encoding, rateHz: 8000, channelCount: 1, bigEndian: true });
    expect(sound.declaredByteCount).toBe(data.length);
    expect(sound.bytes).toEqual(data);
  });

  it('of 24 bits comes in the upper bytes of 32', async () => {
    const data = Buffer.from([0x01, 0x02, 0x03, 0xff, 0xfe, 0xfd]);
    const sound = await readWhole(stream(auBytes({ id: 4, data })));
    expect(sound.format.encoding).toBe('LIN32');
    expect(sound.bytes).toEqual(Buffer.from([0x01, 0x02, 0x03, 0, 0xff, 0xfe, 0xfd, 0]));
  });

  it('may carry an annotation of any length', async () => {
    for (const byteCount of [0, 1, 4, 5, 20, 70_000]) {
      const annotation = Array.from(someBytes(byteCount));
      expect((await readWhole(stream(auBytes({ annotation })))).bytes).toEqual(someBytes(32));
    }
  });

  it.each([unknown, 0])('that gives its size as %i goes on to its end', async (dataSize) => {
    const sound = await readWhole(stream(auBytes({ dataSize })));
    expect(sound.declaredByteCount).toBeUndefined();
    expect(sound.bytes).toEqual(someBytes(32));
  });
});

describe('raw samples', () => {
  const rawFormat: SoundFormat = {
    encoding: 'LIN16',
    rateHz: 44100,
    channelCount: 2,
    bigEndian: true,
  };

  it('come as they are, with the length of their file', async () => {
    const path = folder.file('bare.raw');
    await writeFile(path, someBytes(41));
    const sound = await readWhole(path, { rawFormat });
    expect(sound.container).toBe('raw');
    expect(sound.format).toEqual(rawFormat);
    expect(sound.declaredByteCount).toBe(40);
    expect(sound.bytes).toEqual(someBytes(41).subarray(0, 40));
    expect(sound.warnings).toEqual(['partial-frame']);
  });

  it('may begin like a file of another kind', async () => {
    const bytes = Buffer.from('OggS and more....');
    const sound = await readWhole(stream(bytes), {
      rawFormat: { ...rawFormat, encoding: 'MU255' },
    });
    expect(sound.bytes.length).toBe(16);
  });

  it('give way to a header where there is one', async () => {
    expect((await readWhole(stream(wavBytes()), { rawFormat })).container).toBe('wav');
    expect((await readWhole(stream(auBytes()), { rawFormat })).container).toBe('au');
  });
});

describe('the samples', () => {
  it('come in whole frames however the stream is split', async () => {
    const data = someBytes(60);
    const frameByteCount = 12;
    const bytes = wavBytes({ bits: 32, channelCount: 3, data });
    for (const pieces of [byteByByte(bytes), cutAt(bytes, 50, 51, 70), cutAt(bytes, 44, 56)]) {
      const sound = await readWhole(pieces);
      expect(sound.bytes).toEqual(data);
      expect(sound.chunks.every(({ length }) => length > 0 && length % frameByteCount === 0)).toBe(
        true,
      );
    }
  });

  it.each([
    ['WAV', (whole: Buffer) => wavBytes({ data: whole, channelCount: 2 })],
    ['AU', (whole: Buffer) => auBytes({ data: whole, channelCount: 2 })],
  ])(
    'of a %s file that is cut off are delivered as far as they are whole, with a warning',
    async (_kind, build) => {
      const bytes = build(someBytes(40));
      for (let cutByteCount = 1; cutByteCount <= 40; cutByteCount++) {
        const sound = await readWhole(stream(bytes.subarray(0, bytes.length - cutByteCount)));
        const wholeByteCount = Math.floor((40 - cutByteCount) / 4) * 4;
        expect(sound.bytes).toEqual(someBytes(40).subarray(0, wholeByteCount));
        expect(sound.declaredByteCount).toBe(40);
        expect(sound.warnings).toEqual(['truncated']);
      }
    },
  );

  it('may be left half way, which lets go of the stream', async () => {
    const source = new PassThrough();
    source.write(wavBytes({ riffSize: unknown, dataSize: unknown }));
    const sound = await openSound(source);
    for await (const _chunk of sound.samples) break;
    expect(source.destroyed).toBe(true);
  });

  it('end at once when the sound is closed while its pipe is silent', async () => {
    const source = new PassThrough();
    source.write(wavBytes({ dataSize: unknown }).subarray(0, 44));
    const sound = await openSound(source);
    const read = (async () => {
      for await (const _chunk of sound.samples) expect.unreachable();
    })();
    await sound.close();
    await sound.close();
    await read;
    expect(source.destroyed).toBe(true);
  });

  it('come through a real pipe', async () => {
    const path = folder.file('piped.wav');
    const data = someBytes(200_001);
    await writeFile(path, wavBytes({ bits: 8, data }));
    const cat = spawn('cat', [path]);
    expect((await readWhole(cat.stdout)).bytes.equals(data)).toBe(true);
  });
});

describe('a format', () => {
  it('tells how long its bytes last', () => {
    const format = { rateHz: 8000, channelCount: 2, bigEndian: false };
    expect(durationSeconds({ ...format, encoding: 'LIN16' }, 32_000)).toBe(1);
    expect(durationSeconds({ ...format, encoding: 'G721' }, 8000)).toBe(1);
    expect(durationSeconds({ ...format, encoding: 'GSM' }, 66 * 50)).toBe(1);
  });

  it('is asked for by the name of a file', () => {
    expect(containerForName('a/b.WAV')).toBe('wav');
    expect(containerForName('b.snd')).toBe('au');
    expect(containerForName('b.raw')).toBe('raw');
    expect(containerForName('wav')).toBeUndefined();
    expect(containerForName('folder.au/file')).toBeUndefined();
    expect(containerForName('x.mp3')).toBeUndefined();
  });
});
