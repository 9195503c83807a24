// The gateway is killed and started anew, and so is a recorder: commands go on, and recordings lose less than
// a second beside what nobody could hear.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SoundFormat } from '#cli/sound-files/format';
import { openSound } from '#cli/sound-files/reading';
import { tcpPort } from '#server/transport/addresses';
import { compileAf, startAf as startAfProcess, startShell } from '#test/cli/commands/support/af';
import { type Running, runAf, startAf } from '#test/cli/commands/support/in-process';
import { noiseBytes, writeWav } from '#test/cli/commands/support/sounds';
import { badNetworkTo } from './support/bad-network.ts';
import { openClient } from './support/clients.ts';
import { compileGateway, type GatewayProcess, startProcess } from './support/gateway-process.ts';
import { startRestartable } from './support/restartable.ts';
import { folderOf } from './support/running-test.ts';
import { sleepMs, until } from './support/waiting.ts';

beforeAll(async () => {
  await compileAf();
  await compileGateway();
}, 120_000);

const hifi: SoundFormat = { encoding: 'LIN16', rateHz: 48_000, channelCount: 2, bigEndian: false };
const FRAME_BYTES = 4;
const SECOND_BYTES = hifi.rateHz * FRAME_BYTES;
const CODEC = 1;
const HEAD_BYTES = 44;
const DISK_KIB = 300;
const NOT_ALLOWED = 99;
const root = path.resolve(import.meta.dirname, '../..');
const WENT_AND_CAME = /went away; waiting.*\nConnected again after \d/;

/** The sound of a file, however it ended. */
async function soundOf(file: string): Promise<Buffer> {
  const sound = await openSound(file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of sound.samples) chunks.push(Buffer.from(chunk));
  expect(sound.warnings).toEqual([]);
  return Buffer.concat(chunks);
}

/** Where a piece of the noise lies in what was recorded, as a difference of both places. */
interface Stretch {
  readonly fromByte: number;
  readonly toByte: number;
  readonly noiseByte: number;
}

/** The stretches of the noise that were recorded without a wrong sample, each as long as it is. */
function stretchesOf(noise: Buffer, recorded: Buffer): Stretch[] {
  const stretches: Stretch[] = [];
  const pieceBytes = 1_024;
  for (let at = 0; at + pieceBytes <= recorded.length; ) {
    const piece = recorded.subarray(at, at + pieceBytes);
    const noiseByte = piece.every((byte) => byte === 0) ? -1 : noise.indexOf(piece);
    if (noiseByte < 0) {
      at += FRAME_BYTES * 16;
      continue;
    }
    const isAlike = (offset: number) => {
      const [here, there] = [recorded[at + offset], noise[noiseByte + offset]];
      return here !== undefined && here === there;
    };
    let [first, end] = [0, pieceBytes];
    while (isAlike(first - 1)) first -= 1;
    while (isAlike(end)) end += 1;
    stretches.push({ fromByte: at + first, toByte: at + end, noiseByte: noiseByte + first });
    at += end - (end % FRAME_BYTES);
  }
  return stretches;
}

const on = (serverNumber: number) => ({ server: `unix:${serverNumber}` });

/** Only for those who leave it as it is: starting one for each takes most of the time. */
let shared: GatewayProcess;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  shared = await startProcess({ onTestFinished: (work) => cleanUps.push(work) });
});

afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

describe.concurrent('a gateway that is killed and comes back', () => {
  it('lets af play go on with the rest and af record with the file', async ({ ...test }) => {
    const folder = folderOf(test);
    const gateway = await startRestartable(test, { args: ['--no-access-control'] });
    const there = on(gateway.serverNumber);
    const noise = Buffer.from(noiseBytes(5 * SECOND_BYTES, 11));
    const [played, file] = [path.join(folder, 'noise.wav'), path.join(folder, 'out.wav')];
    await writeWav(played, hifi, noise);
    const recording = startAf(['record', '--monitor', '-d', 'hifi', file], there);
    await until('it records', 10_000, () => sizeOf(file) > HEAD_BYTES);
    const beganMs = performance.now();
    const playing = startAf(['play', '--wait', '-d', 'hifi', played], there);
    await until('it plays', 10_000, () => soundedSeconds(file) > 2);
    const awayFromMs = performance.now();
    await gateway.killAndRestart(300);
    const awaySeconds = (performance.now() - awayFromMs) / 1_000;
    const playResult = await playing.ended;
    expect(playResult.code, playResult.stderr).toBe(0);
    expect(playResult.stderr).toMatch(WENT_AND_CAME);
    await sleepMs(200);
    recording.interrupt();
    const recordResult = await recording.ended;
    const lastedSeconds = (performance.now() - beganMs) / 1_000;
    expect(recordResult.code, recordResult.stderr).toBe(0);
    expect(recordResult.stderr).toMatch(WENT_AND_CAME);

    const recorded = await soundOf(file);
    // The file is as long as the time it took, so that what lies where in it says when it was.
    expect(Math.abs(recorded.length / SECOND_BYTES - lastedSeconds)).toBeLessThan(0.7);
    const stretches = stretchesOf(noise, recorded);
    expect(stretches).toHaveLength(2);
    const [before, after] = stretches as [Stretch, Stretch];
    expect(before.noiseByte).toBe(0);
    expect(after.noiseByte + after.toByte - after.fromByte).toBe(noise.length);
    // What was heard when the gateway died is not played again, and the rest is.
    const heardAgain = before.toByte - before.fromByte - after.noiseByte;
    expect(Math.abs(heardAgain) / SECOND_BYTES).toBeLessThan(0.5);
    const silentSeconds = (after.fromByte - before.toByte) / SECOND_BYTES;
    // Looked for four times a second; the rest is what a busy machine takes to start a gateway.
    expect(silentSeconds - awaySeconds).toBeLessThan(2.5);
  });

  it('is found again by af events, meter and pass', async ({ ...test }) => {
    const gateway = await startRestartable(test, { args: ['--no-access-control'] });
    const { serverNumber, httpPort } = gateway;
    const [events, meter, pass] = [
      ['events', 'codec', '--kind', 'property', '--count', '2'],
      ['meter', '-d', 'codec', '--every', '0.1'],
      ['pass', 'codec', 'hifi', '--log'],
    ].map((args) => startAf(args, on(serverNumber))) as [Running, Running, Running];
    const changeProperty = async (value: number) => {
      const connection = await openClient(serverNumber);
      const context = await connection.createContext(CODEC);
      await context.properties.setCardinals('COUNT', [value]);
      await connection.close();
    };
    await until('all are there', 10_000, async () => (await clientCount(httpPort)) === 4);
    await until('all have begun', 10_000, () => meter.output() !== '' && pass.notes() !== '');
    await changeProperty(1);
    await events.lines(1);
    await gateway.killAndRestart(300);
    const metered = meter.output().length;
    const passed = pass.notes().length;
    await until('events are awaited', 10_000, () => events.notes().includes('Nobody knows what'));
    await changeProperty(2);
    await until('all go on', 10_000, () => {
      return (
        meter.output().length > metered + 200 && / s {2}off by/.test(pass.notes().slice(passed))
      );
    });
    meter.interrupt();
    pass.interrupt();
    expect((await events.ended).code).toBe(0);
    expect(events.output().match(/COUNT/g)).toHaveLength(2);
    expect((await meter.ended).code).toBe(0);
    expect(meter.notes()).toMatch(WENT_AND_CAME);
    expect((await pass.ended).code).toBe(0);
    expect(pass.notes()).toMatch(/interrupted [1-9]\d* time/);
  });

  it('is given up after the time that was asked for', async ({ ...test }) => {
    const gateway = await startRestartable(test);
    const file = path.join(folderOf(test), 'out.wav');
    const args = ['record', '--retry-for', '1s', file];
    const { ended } = startAf(args, on(gateway.serverNumber));
    await until('it records', 10_000, () => sizeOf(file) > HEAD_BYTES);
    await gateway.kill();
    const { code, stderr } = await ended;
    expect(code).toBe(5);
    expect(stderr).toContain('was not back within 1 s. The last try: Could not connect');
    expect((await soundOf(file)).length).toBe(sizeOf(file) - HEAD_BYTES);
  });
});

describe.concurrent('a gateway that goes on', () => {
  it('is not come back to by a command that somebody disconnected', async ({ ...test }) => {
    // Of its own, so that nobody else is disconnected.
    const there = on((await startProcess(test)).serverNumber);
    const meter = startAf(['meter', '-d', 'left', '--every', '0.1'], there);
    await meter.lines(1);
    expect(await runAf(['kill', '1'], there)).toMatchObject({ code: 0 });
    const result = await meter.ended;
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('somebody disconnected it');
  });

  it('is recorded without a loss when the way is cut for less than devices remember', async ({
    ...test
  }) => {
    const folder = folderOf(test);
    const noise = Buffer.from(noiseBytes(3 * SECOND_BYTES, 12));
    const [played, file] = [path.join(folder, 'noise.wav'), path.join(folder, 'out.wav')];
    await writeWav(played, hifi, noise);
    const way = await badNetworkTo(test, tcpPort(shared.serverNumber));
    const args = ['record', '--monitor', '-d', 'hifi', file];
    const recording = startAf(args, { server: way.serverName });
    await until('it records', 10_000, () => sizeOf(file) > HEAD_BYTES);
    const playing = startAf(['play', '--wait', '-d', 'hifi', played], on(shared.serverNumber));
    await until('it plays', 10_000, () => soundedSeconds(file) > 0.7);
    await way.cut(1_000);
    expect(await playing.ended).toMatchObject({ code: 0 });
    await sleepMs(300);
    recording.interrupt();
    const { code, stderr } = await recording.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(WENT_AND_CAME);
    expect((await soundOf(file)).indexOf(noise)).toBeGreaterThan(0);
  });
});

describe.concurrent('a recorder', () => {
  it('that is killed leaves a file that has all but the last of it', async ({ ...test }) => {
    const { serverNumber } = shared;
    const file = path.join(folderOf(test), 'out.wav');
    const { child, ended } = startAfProcess(test, ['record', '-d', 'hifi', file], { serverNumber });
    await until('it records', 10_000, () => sizeOf(file) > HEAD_BYTES);
    const beganMs = performance.now();
    await until('it has recorded a while', 10_000, () => sizeOf(file) > 1.6 * SECOND_BYTES);
    child.kill('SIGKILL');
    await ended;
    const lastedSeconds = (performance.now() - beganMs) / 1_000;
    const said = readFileSync(file).readUInt32LE(40) / SECOND_BYTES;
    const there = (sizeOf(file) - HEAD_BYTES) / SECOND_BYTES;
    expect(there - said).toBeLessThan(1);
    expect(lastedSeconds - there).toBeLessThan(1);
    // Here all that is there is read.
    expect((await soundOf(file)).length).toBe(sizeOf(file) - HEAD_BYTES);
    expect(await runAf(['repair', file])).toMatchObject({ code: 0, stderr: '' });
    const size = readFileSync(file).readUInt32LE(40);
    expect(size).toBe(sizeOf(file) - HEAD_BYTES);
  });

  it.each([
    [
      'the disk',
      'unshare -m',
      `mount -t tmpfs -o size=${DISK_KIB}k tmpfs .`,
      /the disk is full; what was written/,
    ],
    ['its quota', '', `ulimit -f ${DISK_KIB}`, /the file may not become any larger/],
  ])(
    'that fills %s says so, and leaves a whole file',
    async (_what, isolated, bounds, sentence) => {
      const done: (() => unknown)[] = [];
      const test = { onTestFinished: (work: () => unknown) => done.push(work) };
      try {
        const folder = folderOf(test);
        const line = `${isolated} bash -c 'mkdir ${folder}/disk && cd ${folder}/disk &&
        ${bounds} && cd ../disk || exit ${NOT_ALLOWED}
        "$0" ${root}/dist/cli/main.js record -d hifi out.wav
        code=$?; cp out.wav ..; exit $code' "${process.execPath}"`;
        const { code, stderr } = await startShell(test, line, {
          serverNumber: shared.serverNumber,
        }).ended;
        // Only root may mount, in a namespace of its own; the bound of a file's size is tried everywhere.
        if (isolated !== '' && (code === NOT_ALLOWED || code === null)) return;
        expect(code, stderr).toBe(1);
        expect(stderr).toMatch(/^af record: writing out.wav failed: /);
        expect(stderr).toMatch(sentence);
        const bytes = readFileSync(path.join(folder, 'out.wav'));
        expect(bytes.length).toBe(DISK_KIB * 1_024);
        expect(bytes.readUInt32LE(40)).toBe(bytes.length - HEAD_BYTES);
        expect((await soundOf(path.join(folder, 'out.wav'))).length).toBe(
          bytes.length - HEAD_BYTES,
        );
      } finally {
        for (const cleanUp of done.reverse()) await cleanUp();
      }
    },
  );
});

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** How much of what was recorded is no silence. */
function soundedSeconds(file: string): number {
  const bytes = readFileSync(file).subarray(HEAD_BYTES);
  const samples = new Int32Array(bytes.buffer.slice(bytes.byteOffset), 0, bytes.length >> 2);
  return samples.reduce((count, sample) => count + (sample === 0 ? 0 : 1), 0) / hifi.rateHz;
}

async function clientCount(httpPort: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/api/clients`);
  return (await answer.json()).length;
}
