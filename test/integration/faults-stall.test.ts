// The gateway is stopped for seconds, and ways to it become narrow, long, or swallow everything: who is
// concerned recovers, and nobody else notices.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { createContext } from '#cli/context';
import { openLasting } from '#cli/lasting-connection';
import { tcpPort } from '#server/transport/addresses';
import { advance, difference } from '#shared/audio/time';
import { runAf, silentStreams, startAf } from '#test/cli/commands/support/in-process';
import { openPage } from '#test/support/web-socket-client';
import { badNetworkTo } from './support/bad-network.ts';
import { openClient } from './support/clients.ts';
import { compileGateway, startProcess } from './support/gateway-process.ts';
import { folderOf } from './support/running-test.ts';
import {
  RATE_HZ,
  type SteadyListener,
  type SteadySound,
  steadyGateway,
} from './support/steady-sound.ts';
import { until } from './support/waiting.ts';

beforeAll(compileGateway, 120_000);

const CODEC = 1;
const CODEC_RATE_HZ = 8_000;
const STOPPED_MS = 5_000;
const MOST_BEHIND_SECONDS = 0.1;

/** mu-law's second zero and second minus one are never produced by mixing. */
const muLawNoise = (byteCount: number) =>
  Buffer.from(
    Array.from({ length: byteCount }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 24) | 0x80),
  );

/** What was heard last left the device just now. */
async function isLive({ context }: SteadySound, listener: SteadyListener): Promise<boolean> {
  const now = await context.getTime();
  await sleep(50);
  const behindFrames = difference(now, listener.look().endTime);
  return behindFrames < MOST_BEHIND_SECONDS * RATE_HZ;
}

describe.concurrent('a gateway that is stopped for five seconds', () => {
  it('keeps what it has acknowledged, and is as live as before', async ({ ...test }) => {
    const gateway = await startProcess(test, { args: ['--no-access-control'] });
    const { serverNumber, httpPort, child } = gateway;
    const { sound, listener, link, connection } = await steadyGateway(test, gateway);
    const health = async () => (await fetch(`${link}healthz`)).json();
    expect(await health()).toEqual({ status: 'ok' });

    // A play that waits until it fits, and a property.
    const codec = await connection.createContext(CODEC);
    const waiting = await openClient(serverNumber);
    test.onTestFinished(() => waiting.abort());
    const waitingContext = await waiting.createContext(CODEC);
    const noise = muLawNoise(CODEC_RATE_HZ);
    const playTime = advance(await codec.getTime(), 8 * CODEC_RATE_HZ);
    const played = waitingContext.play({ startTime: playTime, samples: noise });
    await codec.properties.setString('KEPT', 'before the stop');
    const folder = folderOf(test);
    const recording = startAf(['record', '-d', 'codec', `${folder}/out.wav`], {
      server: `unix:${serverNumber}`,
    });
    const codecPage = await openPage(link);
    test.onTestFinished(() => codecPage.webSocket.terminate());
    const { devices } = await codecPage.next('devices');
    const number = devices.find(({ index }) => index === CODEC)?.number ?? 0;
    codecPage.send({ type: 'listen', device: number, frameMs: 20 });
    await sleep(500);
    expect(listener.look()).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });

    const timeBefore = await codec.getTime();
    const stoppedAtMs = performance.now();
    child.kill('SIGSTOP');
    await sleep(100);
    const asked = codec.getTime();
    const opened = openClient(serverNumber);
    await sleep(STOPPED_MS - 100);
    child.kill('SIGCONT');
    const timeAfter = await asked;
    const passedSeconds = (performance.now() - stoppedAtMs) / 1_000;
    const deviceSeconds = difference(timeAfter, timeBefore) / CODEC_RATE_HZ;
    expect(Math.abs(deviceSeconds - passedSeconds)).toBeLessThan(0.5);
    await (await opened).close();
    expect(await health()).toMatchObject({ reasons: [{ code: 'lateEventLoop' }] });

    await until('the sound is back', 5_000, () => listener.page.frames.length > 20);
    await until('it is live', 5_000, () => isLive(sound, listener));
    await sleep(1_000);
    expect(listener.look()).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });
    expect(await isLive(sound, listener)).toBe(true);
    expect(await codec.properties.getString('KEPT')).toBe('before the stop');

    // Nothing of the sound that waited is lost.
    await played;
    await until('it has sounded', 5_000, async () => {
      return difference(await codec.getTime(), playTime) > noise.length + CODEC_RATE_HZ / 4;
    });
    const { frames } = codecPage;
    const bytes = Buffer.concat(frames.map(({ frame }) => frame.samples));
    expect(bytes.includes(noise)).toBe(true);
    recording.interrupt();
    const { code, stderr } = await recording.ended;
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/were lost|^$/),
    });
    const size = readFileSync(`${folder}/out.wav`).readUInt32LE(40);
    const lastedSeconds = size / CODEC_RATE_HZ;
    expect(lastedSeconds).toBeGreaterThan(STOPPED_MS / 1_000);
    expect((await fetch(`http://127.0.0.1:${httpPort}/api/clients`)).status).toBe(200);
    await sound.stop();
    expect(sound.lateCount()).toBeLessThanOrEqual(1);
  });
});

describe.concurrent('ways that are bad', () => {
  it('concern only those who take them', async ({ ...test }) => {
    const gateway = await startProcess(test, { args: ['--no-access-control'] });
    const { serverNumber } = gateway;
    const { sound, listener } = await steadyGateway(test, gateway);
    const folder = folderOf(test);
    const server = `unix:${serverNumber}`;
    const noise = muLawNoise(2 * CODEC_RATE_HZ);
    const files = { noise: `${folder}/noise.au`, heard: `${folder}/heard.raw` };
    writeFileSync(files.noise, Buffer.concat([auHead, noise]));
    listener.look();

    async function longAndNarrow(): Promise<void> {
      const way = await badNetworkTo(test, tcpPort(serverNumber));
      Object.assign(way, { delayMs: 60, bytesPerSecond: 30_000 });
      const recorder = ['record', '--monitor', '--type', 'raw', '-d', 'codec', files.heard];
      const recording = startAf(recorder, { server });
      await until('it records', 10_000, () => existsSync(files.heard));
      await sleep(300);
      const play = ['play', '--wait', '--at', '+2s', '-d', 'codec', files.noise];
      expect(await runAf(play, { server: way.serverName })).toMatchObject({ code: 0, stderr: '' });
      recording.interrupt();
      expect(await recording.ended).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(files.heard).includes(noise)).toBe(true);
    }

    async function tooNarrow(): Promise<void> {
      const way = await badNetworkTo(test, tcpPort(serverNumber));
      way.bytesPerSecond = 0.7 * CODEC_RATE_HZ;
      const play = ['play', '-d', 'phone', files.noise];
      const { code, stderr } = await runAf(play, { server: way.serverName });
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/gap/) });
    }

    async function swallowing(): Promise<void> {
      const way = await badNetworkTo(test, tcpPort(serverNumber));
      const { context, abort } = createContext(silentStreams(), { server: way.serverName });
      test.onTestFinished(abort);
      const lasting = await openLasting(context, { retryForSeconds: 30, askEveryMs: 200 });
      // By its clock it is known again.
      await sleep(300);
      const before = lasting.connection;
      way.isSwallowing = true;
      const end = await before.ended;
      setTimeout(() => {
        way.isSwallowing = false;
      }, 300);
      expect(await lasting.reconnect(end)).toMatchObject({ isSameServer: true });
      expect(lasting.connection).not.toBe(before);
      await lasting.connection.sync();
    }

    await Promise.all([longAndNarrow(), tooNarrow(), swallowing()]);
    expect(listener.look()).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });
    await sound.stop();
    expect(sound.lateCount()).toBe(0);
  });
});

/** Mu-law, 8 kHz, mono, to the end of the file. */
const auHead = Buffer.from('2e736e640000001cffffffff0000000100001f400000000100000000', 'hex');
