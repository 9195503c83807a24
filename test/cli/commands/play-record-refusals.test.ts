// What `af play` and `af record` cannot do, and what they say of it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SoundFormat } from '#cli/sound-files/format';
import { startTestGateway } from '#test/integration/support/gateway';
import { folderOf, type RunningTest } from '#test/integration/support/running-test';
import { compileAf, runAf } from './support/af.ts';
import { sineBytes, writeWav } from './support/sounds.ts';

const hifi: SoundFormat = { encoding: 'LIN16', rateHz: 48_000, channelCount: 2, bigEndian: false };

beforeAll(compileAf, 120_000);

async function setUp(test: RunningTest) {
  const folder = folderOf(test);
  const { serverNumber } = await startTestGateway(test, { accessControl: false });
  return { serverNumber, file: (name: string) => path.join(folder, name) };
}

describe.concurrent('af play and af record refuse in one sentence', () => {
  it.each([
    ['a file that is not there', ['missing.wav'], 1, /there is no such file or folder/],
    ['an empty file', ['empty.wav'], 1, /is empty: nothing was ever written to it/],
    ['an MP3 file', ['song.mp3'], 1, /is an MP3 file.*ffmpeg -i/],
    ['a device that is not there', ['-d', 'nope', 'ok.wav'], 2, /choose one of 0 \(phone\), 1/],
    ['a time that is none', ['--at', 'soon', 'ok.wav'], 2, /A time is written like 2s/],
    ['a gain that no server has', ['--gain', '200', 'ok.wav'], 2, /-100 to 100 whole decibels/],
    ['standard input over and over', ['--loop', '-'], 2, /comes only once/],
    ['an option that does not exist', ['--frobnicate'], 2, /unknown option '--frobnicate'/],
  ])('%s', async (_what, args, wantedCode, sentence) => {
    const test = { onTestFinished: (work: () => unknown) => cleanUps.push(work) };
    const cleanUps: (() => unknown)[] = [];
    try {
      const { serverNumber, file } = await setUp(test);
      writeFileSync(file('empty.wav'), '');
      writeFileSync(file('song.mp3'), 'ID3\u0004\0\0\0\0\0\0 and so on');
      await writeWav(file('ok.wav'), hifi, sineBytes(1_000, hifi, 0.1));
      const named = args.map((arg) => (/\.\w+$/.test(arg) ? file(arg) : arg));
      const { code, stderr } = await runAf(test, ['play', ...named], { serverNumber });
      expect(stderr).toMatch(sentence);
      expect(stderr).toMatch(/^af( play)?: /);
      expect(code).toBe(wantedCode);
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  });

  it('a server that is not there, and a name that is none', async ({ ...test }) => {
    const absent = await runAf(test, ['record', '-s', 'localhost:60123', '-']);
    expect(absent).toMatchObject({ code: 3 });
    expect(absent.stderr).toMatch(/^af record: Could not connect to the AudioFile server/);
    expect(await runAf(test, ['record', '-s', 'nonsense', '-'])).toMatchObject({ code: 2 });
  });

  it('a server that does not let it in', async ({ ...test }) => {
    const folder = folderOf(test);
    const authFile = path.join(folder, 'authority');
    const cookie = Buffer.from('0100000000000130', 'hex');
    const name = Buffer.from('MIT-MAGIC-COOKIE-1');
    writeFileSync(
      authFile,
      Buffer.concat([
        Buffer.from('ffff000000000012', 'hex'),
        name,
        Buffer.from('0010', 'hex'),
        Buffer.concat([cookie, cookie]),
      ]),
    );
    const { serverNumber } = await startTestGateway(test, {
      authFile,
      hostsFile: path.join(folder, 'no-hosts'),
    });
    const { code, stderr } = await runAf(test, ['record', '-'], { serverNumber });
    expect(stderr).toMatch(/^af record: The AudioFile server refused the connection/);
    expect(code).toBe(4);
  });

  it('not a truncated file, which it plays as far as it goes, with a word about it', async ({
    ...test
  }) => {
    const { serverNumber, file } = await setUp(test);
    await writeWav(file('whole.wav'), hifi, sineBytes(1_000, hifi, 0.5));
    writeFileSync(file('cut.wav'), readFileSync(file('whole.wav')).subarray(0, 50_001));
    const { code, stderr } = await runAf(test, ['play', file('cut.wav')], { serverNumber });
    expect(stderr).toMatch(/is cut off: its header promises 96000 bytes/);
    expect(code).toBe(0);
  });
});
