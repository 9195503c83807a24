// `af play` and `af record` against a real gateway: what is played comes back, whatever way it went.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SoundFormat } from '#cli/sound-files/format';
import { openSound } from '#cli/sound-files/reading';
import { extensions } from '#shared/client/index';
import { openClient } from '#test/integration/support/clients';
import { startTestGateway } from '#test/integration/support/gateway';
import { startProcess } from '#test/integration/support/gateway-process';
import { folderOf, type RunningTest } from '#test/integration/support/running-test';
import { sleepMs, until } from '#test/integration/support/waiting';
import { fitTone } from '#test/shared/audio/tone-fit';
import { compileAf, runAf, runShell, startAf } from './support/af.ts';
import { startSlowLink } from './support/slow-link.ts';
import { channelOf, noiseBytes, sineBytes, wavBytes, writeWav } from './support/sounds.ts';

const hifi: SoundFormat = { encoding: 'LIN16', rateHz: 48_000, channelCount: 2, bigEndian: false };
const cdMono: SoundFormat = { ...hifi, rateHz: 44_100, channelCount: 1 };

beforeAll(compileAf, 120_000);

const MICROPHONES = 0b01;
const MONITOR = 0b10;

/** A gateway whose devices hear what they play, since a device remembers only what it heard. */
async function setUp(test: RunningTest) {
  const folder = folderOf(test);
  const { serverNumber, connect } = await startTestGateway(test, { accessControl: false });
  const connection = await connect();
  for (const device of [1, 2]) {
    const { controls } = await connection.createContext(device);
    await controls.enableInputs(MONITOR);
    await controls.disableInputs(MICROPHONES);
  }
  return { serverNumber, connect, file: (name: string) => path.join(folder, name) };
}

/** Nearly all that a device remembers, so that a busy machine may take its time. */
const REMEMBERED_SECONDS = 3.6;

/** What the device has played of late. */
async function played(test: RunningTest, serverNumber: number, device: string): Promise<Buffer> {
  const seconds = REMEMBERED_SECONDS;
  const { code, stdout, stderr } = await runAf(
    test,
    [
      ...['record', '-', '--type', 'raw', '--device', device],
      ...['--from', `-${seconds}s`, '--seconds', String(seconds)],
    ],
    { serverNumber },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.concurrent('playing, then recording what was played', () => {
  it('gives back every sample where format and device are alike', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    const samples = noiseBytes(48_000 * 4, 1);
    await writeWav(file('noise.wav'), hifi, samples);
    const result = await runAf(test, ['play', '--wait', file('noise.wav')], { serverNumber });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect((await played(test, serverNumber, 'hifi')).indexOf(samples)).toBeGreaterThan(0);
  });

  it('gives back every sample of mu-law on the telephone device, from an AU file', async ({
    ...test
  }) => {
    const { serverNumber, file } = await setUp(test);
    // mu-law's second zero and second minus one are never produced by mixing.
    const samples = noiseBytes(8_000, 2).map((code) => (code === 0x7f ? 0xff : code));
    writeFileSync(
      file('noise.au'),
      Buffer.concat([
        Buffer.from('2e736e640000001cffffffff0000000100001f400000000100000000', 'hex'),
        samples,
      ]),
    );
    await runAf(test, ['play', '--wait', file('noise.au')], { serverNumber });
    // A mono file of 8 kHz goes to the telephone-quality device by itself.
    expect((await played(test, serverNumber, 'codec')).indexOf(samples)).toBeGreaterThan(0);
  });

  it('is better than 60 dB where it is resampled and spread to two channels', async ({
    ...test
  }) => {
    const { serverNumber, file } = await setUp(test);
    await writeWav(file('sine.wav'), cdMono, sineBytes(1_000, cdMono, 1.2));
    await runAf(test, ['play', '--wait', file('sine.wav')], { serverNumber });
    const bytes = await played(test, serverNumber, 'hifi');
    for (const channel of [0, 1]) {
      const samples = channelOf(bytes, channel, 2);
      const begin = samples.findIndex((sample) => Math.abs(sample) > 1_000);
      const middle = samples.subarray(begin + 4_800, begin + 4_800 + 48_000);
      expect(fitTone(middle, 1_000, 48_000).snrDb).toBeGreaterThan(60);
    }
  });

  it('has no gap between files', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    const samples = noiseBytes(48_000 * 4, 3);
    const cut = 48_004;
    await writeWav(file('a.wav'), hifi, samples.subarray(0, cut));
    await writeWav(file('b.wav'), hifi, samples.subarray(cut));
    await runAf(test, ['play', '--wait', file('a.wav'), file('b.wav')], { serverNumber });
    expect((await played(test, serverNumber, 'hifi')).indexOf(samples)).toBeGreaterThan(0);
  });

  it('plays bare samples and other programs through pipes', async ({ ...test }) => {
    const { serverNumber } = await setUp(test);
    const samples = noiseBytes(24_000 * 4, 4);
    await runAf(test, ['play', '--raw', '--device', 'hifi', '--wait'], {
      serverNumber,
      input: samples,
    });
    expect((await played(test, serverNumber, 'hifi')).indexOf(samples)).toBeGreaterThan(0);
    const line =
      'sox -n -r 22050 -c 1 -t wav - synth 0.5 sine 400 2>/dev/null | af play --wait - && ' +
      'af record --from -2s --seconds 2 - | sox -t wav - -n stat 2>&1';
    const { stdout } = await runShell(test, line, { serverNumber });
    expect(stdout.toString()).toMatch(/Maximum amplitude: +0\.[5-9]|Maximum amplitude: +1\.0/);
  });

  it('converts what is recorded to what is asked for', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    await writeWav(file('sine.wav'), hifi, sineBytes(500, hifi, 1));
    await runAf(test, ['play', '--wait', file('sine.wav')], { serverNumber });
    const options = ['--from', '-2s', '--seconds', '0.5', '-d', 'hifi'];
    const format = ['--encoding', 'float32', '--rate', '22050', '--channels', '1'];
    await runAf(test, ['record', ...options, ...format, file('out.wav')], { serverNumber });
    const sound = await openSound(file('out.wav'));
    expect(sound.format).toMatchObject({ encoding: 'IEEES', rateHz: 22_050, channelCount: 1 });
    expect(sound.declaredByteCount).toBe(4 * 11_025);
    await sound.close();
  });

  it('starts at a time that is asked for, with the gain that is asked for', async ({ ...test }) => {
    const { serverNumber, file, connect } = await setUp(test);
    await writeWav(file('sine.wav'), hifi, sineBytes(1_000, hifi, 0.3));
    const connection = await connect();
    const audio = await connection.createContext(2);
    const startTime = ((await audio.getTime()) + 2 * 48_000) >>> 0;
    const options = ['--at', String(startTime), '--gain', '-20dB', '--wait'];
    const result = await runAf(test, ['play', ...options, file('sine.wav')], { serverNumber });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const { samples } = await audio.record({ startTime: startTime - 100, byteCount: 4 * 14_600 });
    const left = channelOf(samples, 0, 2);
    expect(left.subarray(0, 100).every((sample) => sample === 0)).toBe(true);
    expect(left[112]).toBe(1_600);
  });
});

describe.concurrent('ctrl-C', () => {
  it('takes back what was not yet heard, and leaves the sound of others', async ({ ...test }) => {
    const { serverNumber, file, connect } = await setUp(test);
    const connection = await connect();
    const audio = await connection.createContext(2);
    const startTime = await audio.getTime();
    const others = sineBytes(300, hifi, 3, 2_000);
    await audio.play({ startTime: startTime + 9_600, samples: others });
    await writeWav(file('sine.wav'), hifi, sineBytes(1_000, hifi, 3));
    const { child, ended } = startAf(test, ['play', '--loop', file('sine.wav')], { serverNumber });
    await until('the sound begins', 10_000, async () => {
      const now = await audio.getTime();
      const { samples } = await audio.record({ startTime: now - 960, byteCount: 3_840 });
      return channelOf(samples, 0, 2).some((sample) => Math.abs(sample) > 4_000);
    });
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const fadedTime = (await audio.getTime()) + 0.2 * 48_000;
    const { samples } = await audio.record({ startTime: fadedTime, byteCount: 4 * 9_600 });
    const from = (fadedTime - startTime - 9_600) * 4;
    expect(Buffer.from(samples).equals(others.slice(from, from + 4 * 9_600))).toBe(true);
  });

  it('ends a recording well, with the sizes in its head', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    const { child, ended } = startAf(test, ['record', file('out.wav')], { serverNumber });
    await until('the file has sound in it', 10_000, () => sizeOf(file('out.wav')) > 40_000);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    const sound = await openSound(file('out.wav'));
    expect(sound.declaredByteCount).toBe(sizeOf(file('out.wav')) - 44);
    await sound.close();
  });

  it('does not wait for a silent pipe', async ({ ...test }) => {
    const { serverNumber } = await setUp(test);
    const { child, ended } = startAf(test, ['play', '-'], { serverNumber, keepsInputOpen: true });
    child.stdin?.write((await wavBytes(hifi, new Uint8Array(0))).subarray(0, 60));
    await untilConnected(serverNumber, 2);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143, stderr: '' });
  });
});

describe.concurrent('what ends a recording', () => {
  it('is silence, where that was asked for', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    await writeWav(file('sine.wav'), hifi, sineBytes(1_000, hifi, 0.6));
    await runAf(test, ['play', file('sine.wav')], { serverNumber });
    const options = ['--until-silence', '0.3s', '--below', '-50dB'];
    const { code, stdout } = await runAf(test, ['record', ...options, '-'], { serverNumber });
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(2 * 48_000 * 4);
  });

  it('is the end of whoever reads it, which is no error', async ({ ...test }) => {
    const { serverNumber } = await setUp(test);
    const line = 'set -o pipefail; af record - | head -c 100 >/dev/null; echo $?';
    const { stdout, stderr } = await runShell(test, line, { serverNumber });
    expect({ stdout: stdout.toString(), stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  it('is a full disk, with what was written before kept', async ({ ...test }) => {
    const { serverNumber } = await setUp(test);
    const result = await runAf(test, ['record', '--type', 'wav', '/dev/full'], { serverNumber });
    expect(result.code).toBe(1);
    expect(result.stderr).toBe(
      'af record: writing /dev/full failed: the disk is full; what was written before is kept; make room.\n',
    );
  });

  it('is the end of the server, and the file is whole', async ({ ...test }) => {
    const folder = folderOf(test);
    const gateway = await startProcess(test, { args: ['--no-access-control'] });
    const file = path.join(folder, 'out.wav');
    const { serverNumber } = gateway;
    const { ended } = startAf(test, ['record', '--retry-for', '0', file], { serverNumber });
    await until('the file has sound in it', 10_000, () => sizeOf(file) > 40_000);
    gateway.child.kill('SIGKILL');
    const { code, stderr } = await ended;
    expect({ code, lineCount: stderr.split('\n').length }).toEqual({ code: 5, lineCount: 2 });
    expect(stderr).toMatch(/^af record: The connection to the AudioFile server was lost/);
    const sound = await openSound(file);
    expect(sound.declaredByteCount).toBe(sizeOf(file) - 44);
    await sound.close();
  });
});

describe.concurrent('a server that is far away', () => {
  it('plays without a gap and records without a loss', async ({ ...test }) => {
    const { serverNumber, file } = await setUp(test);
    const far = await startSlowLink(test, serverNumber, 150);
    const samples = noiseBytes(48_000 * 4, 5);
    await writeWav(file('noise.wav'), hifi, samples);
    const server = ['-s', `localhost:${far}`];
    const recording = runAf(test, ['record', ...server, '-l', '3.4', '--type', 'raw', '-']);
    await sleepMs(300);
    expect(await runAf(test, ['play', ...server, '--wait', file('noise.wav')])).toMatchObject({
      ...{ code: 0, stderr: '' },
    });
    const { code, stderr, stdout } = await recording;
    expect({ code, stderr, byteCount: stdout.length }).toEqual({
      ...{ code: 0, stderr: '', byteCount: 3.4 * 48_000 * 4 },
    });
    expect(stdout.indexOf(samples)).toBeGreaterThan(0);
  });
});

describe.concurrent('a server that goes away', () => {
  it('ends a play with a sentence and its exit code', async ({ ...test }) => {
    const gateway = await startProcess(test, { args: ['--no-access-control'] });
    const { serverNumber } = gateway;
    const file = path.join(folderOf(test), 'long.wav');
    await writeWav(file, hifi, sineBytes(1_000, hifi, 8));
    const args = ['play', '--wait', '--retry-for', '1s', file];
    const { ended } = startAf(test, args, { serverNumber });
    await untilConnected(serverNumber, 1);
    await sleepMs(500);
    gateway.child.kill('SIGKILL');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/\naf play: The server went away, and was not back within 1 s.*\n$/);
    expect(code).toBe(5);
  });
});

/** So many clients, the one that asks not counted. */
async function untilConnected(serverNumber: number, clientCount: number): Promise<void> {
  const connection = await openClient(serverNumber);
  const gateway = await connection.extensions.open(extensions.gateway);
  await until(`${clientCount} clients are there`, 10_000, async () => {
    const reply = await gateway?.ask('ListClients', {});
    return (reply?.clients.length ?? 0) > clientCount;
  });
  await connection.close();
}

function sizeOf(file: string): number {
  try {
    return readFileSync(file).length;
  } catch {
    return 0;
  }
}
