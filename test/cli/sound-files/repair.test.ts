// Every way in which a writer can die, and files that are whole and must not be touched.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairHeader } from '#cli/sound-files/repair';
import { createSoundWriter } from '#cli/sound-files/writing';
import {
  auBytes,
  chunk,
  errorOf,
  extensibleTail,
  letters,
  readWhole,
  someBytes,
  temporaryFolder,
  u32,
  type WavParts,
  wavBytes,
} from './support.ts';

const folder = temporaryFolder();
const unknown = 0xffffffff;
const path = () => folder.file('sound');

async function repaired(bytes: Uint8Array) {
  await writeFile(path(), bytes);
  const report = await repairHeader(path());
  return { report, bytes: await readFile(path()) };
}

/** No data value of these looks like the name of a chunk. */
const data = Buffer.from(someBytes(40).map((byte) => byte | 0x80));

describe('a WAV file whose writer died', () => {
  const stereo = { channelCount: 2, data } satisfies WavParts;
  it.each([
    ['sizes of 0', { riffSize: 0, dataSize: 0 }],
    ['sizes of 0 in a head that counts as whole', { riffSize: 36, dataSize: 0 }],
    ['sizes of 4 GiB', { riffSize: unknown, dataSize: unknown }],
    ['the sizes of the wav package', { riffSize: unknown - 64, dataSize: unknown - 100 }],
    ['the sizes of sox', { riffSize: 0x7ffff024, dataSize: 0x7ffff000 }],
    ['sizes larger than the file', { riffSize: 1036, dataSize: 1000 }],
    ['sizes smaller than the file', { riffSize: 52, dataSize: 16 }],
    ['the size of the samples alone wrong', { dataSize: 16 }],
    ['the size of the file alone wrong', { riffSize: unknown }],
  ])('gets the right ones: %s', async (_what, sizes) => {
    const { report, bytes } = await repaired(wavBytes({ ...stereo, ...sizes }));
    expect(bytes).toEqual(wavBytes(stereo));
    expect(report).toMatchObject({ container: 'wav', changed: true, byteCount: 40 });
    expect(report.droppedByteCount).toBe(0);
  });

  it('loses the frame that was not whole, and no other', async () => {
    const torn = Buffer.concat([data, Buffer.from([0x81, 0x82, 0x83])]);
    const whole = wavBytes({ ...stereo, riffSize: unknown, dataSize: unknown, data: torn });
    const { report, bytes } = await repaired(whole.subarray(0, 44 + 43));
    expect(bytes).toEqual(wavBytes(stereo));
    expect(report).toEqual({
      container: 'wav',
      changed: true,
      claimedByteCount: undefined,
      byteCount: 40,
      droppedByteCount: 3,
    });
  });

  it('is padded where that is due', async () => {
    const odd = { bits: 8, data: data.subarray(0, 7) };
    const dead = wavBytes({ ...odd, riffSize: 0, dataSize: 0 }).subarray(0, 51);
    expect((await repaired(dead)).bytes).toEqual(wavBytes(odd));
  });

  it('gets its number of frames too', async () => {
    const float = { tag: 3, bits: 32, formatTail: [0, 0], data };
    const between = chunk('fact', u32(unknown));
    const dead = wavBytes({ ...float, between, riffSize: unknown, dataSize: unknown });
    const { bytes } = await repaired(dead);
    expect(bytes).toEqual(wavBytes({ ...float, between: chunk('fact', u32(10)) }));
  });

  it('may be of 24 bits, with chunks before its samples', async () => {
    const wide = {
      ...{ tag: 0xfffe, bits: 24, channelCount: 3, formatTail: extensibleTail(1, 24) },
      ...{ before: chunk('note', [1, 2, 3]), data: data.subarray(0, 36) },
    };
    const dead = wavBytes({ ...wide, riffSize: 0x7ffff048, dataSize: 0x7fffefff });
    expect((await repaired(dead)).bytes).toEqual(wavBytes(wide));
  });

  it('before its first sample becomes a sound of no length', async () => {
    const none = { data: new Uint8Array(0) };
    const { report, bytes } = await repaired(wavBytes({ ...none, riffSize: 9, dataSize: unknown }));
    expect(bytes).toEqual(wavBytes(none));
    expect(report.byteCount).toBe(0);
  });

  it('within its header cannot be repaired', async () => {
    await writeFile(path(), wavBytes().subarray(0, 40));
    expect(await errorOf(repairHeader(path()))).toMatchObject({ code: 'truncated-header' });
    expect((await stat(path())).size).toBe(40);
  });
});

describe('an AU file whose writer died', () => {
  it.each([0, unknown, 1000, 12])('with a size of %i gets the right one', async (dataSize) => {
    const { report, bytes } = await repaired(
      auBytes({ annotation: letters('note'), dataSize, data }),
    );
    expect(bytes).toEqual(auBytes({ annotation: letters('note'), data }));
    expect(report).toMatchObject({ container: 'au', changed: true, byteCount: 40 });
  });

  it('loses the frame that was not whole', async () => {
    const { report, bytes } = await repaired(auBytes({ channelCount: 7, dataSize: unknown, data }));
    expect(bytes).toEqual(auBytes({ channelCount: 7, data: data.subarray(0, 28) }));
    expect(report.droppedByteCount).toBe(12);
  });
});

describe('a whole file', () => {
  const list = chunk('LIST', letters('INFOISFT'));
  const odd = { bits: 8, data: data.subarray(0, 7) };
  const unpadded = wavBytes(odd).subarray(0, 51);
  it.each([
    ['a WAV file', wavBytes({ data })],
    ['a WAV file with chunks behind its samples', wavBytes({ ...odd, after: [...list, ...list] })],
    [
      'a WAV file with nothing but a chunk behind its head',
      wavBytes({ data: Buffer.alloc(0), after: list }),
    ],
    ['a padded WAV file', wavBytes(odd)],
    ['a WAV file that counts without its padding', wavBytes({ ...odd, riffSize: 43 })],
    ['a WAV file without its padding', unpadded],
    ['an empty WAV file', wavBytes({ data: new Uint8Array(0) })],
    ['an AU file', auBytes({ data })],
    ['an empty AU file', auBytes({ data: new Uint8Array(0) })],
  ])('is not touched: %s', async (_what, bytes) => {
    await writeFile(path(), bytes);
    const before = await stat(path());
    const report = await repairHeader(path());
    expect(report.changed).toBe(false);
    expect(report.droppedByteCount).toBe(0);
    expect(await readFile(path())).toEqual(bytes);
    expect((await stat(path())).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('a recording here', () => {
  it.each(['wav', 'au'] as const)('that dies at any byte is repaired: %s', async (container) => {
    const bigEndian = container === 'au';
    const format = { encoding: 'IEEES', rateHz: 8000, channelCount: 2, bigEndian } as const;
    const file = folder.file(`dying.${container}`);
    const writer = await createSoundWriter(file, container, format);
    await writer.write(data);
    const unfinished = await readFile(file);
    await writer.close();
    const headByteCount = unfinished.length - data.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: data.length }), async (soundByteCount) => {
        const { bytes } = await repaired(unfinished.subarray(0, headByteCount + soundByteCount));
        const wholeByteCount = Math.floor(soundByteCount / 8) * 8;
        const sound = await readWhole(path());
        expect(bytes.length).toBe(headByteCount + wholeByteCount);
        expect(sound.declaredByteCount).toBe(wholeByteCount);
        expect(sound.bytes).toEqual(data.subarray(0, wholeByteCount));
        expect((await repairHeader(path())).changed).toBe(false);
      }),
      { seed: 1411, numRuns: 60 },
    );
  });
});

describe('what is no sound file', () => {
  it('is refused with the reason', async () => {
    await writeFile(path(), 'OggS and so on');
    expect(await errorOf(repairHeader(path()))).toMatchObject({ code: 'foreign-kind' });
    await writeFile(path(), '');
    expect(await errorOf(repairHeader(path()))).toMatchObject({ code: 'empty' });
    await mkdir(folder.file('folder'));
    expect(await errorOf(repairHeader(folder.file('folder')))).toMatchObject({
      code: 'is-directory',
    });
    expect(await errorOf(repairHeader('/dev/null'))).toMatchObject({ code: 'unwritable' });
    expect(await errorOf(repairHeader(folder.file('missing')))).toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/^repairing .*missing failed: there is no such file/),
    });
  });
});
