// The relay of a whole gateway over real sockets: a program plays and a page hears, a page speaks and a
// program records.
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { nodeStream } from '#server/transport/node-stream';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { type Connection, connectAudioFile } from '#shared/client/index';
import type { DeviceListing } from '#shared/relay/control';
import { frameFlags } from '#shared/relay/frame';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { rmsDb } from '#test/shared/audio/tone-fit';
import { bytesOf16, samplesOf16 } from '#test/support/sounds';
import {
  openPage,
  openWebSocket,
  type TestPage,
  webSocketStream,
} from '#test/support/web-socket-client';
import { openMicrophone } from './support/microphone.ts';

let gateway: Gateway;
let program: Connection;
let page: TestPage;
let devices: readonly DeviceListing[];

beforeAll(async () => {
  const serverNumber = await freeServerNumber();
  const httpPort = await freePort();
  const configuration = configurationFrom({ serverNumber, httpPort, unixSocket: false });
  gateway = await startGateway(configuration, silentLog);
  const [address = ''] = gateway.addresses.audioFile;
  const socket = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
  program = await connectAudioFile(nodeStream(socket));
  page = await openPage(gateway.addresses.page);
  await page.next('welcome');
  ({ devices } = await page.next('devices'));
});

afterAll(async () => {
  await program.close();
  await gateway.close();
});

function deviceNamed(name: string): DeviceListing {
  const found = devices.find((device) => device.name === name);
  if (found === undefined) throw new Error(`There is no device ${name}.`);
  return found;
}

function tone(frequencyHz: number, rateHz: number, frameCount: number, channelCount: number) {
  return Int16Array.from({ length: frameCount * channelCount }, (_, i) =>
    Math.round(
      8_000 * Math.sin((2 * Math.PI * frequencyHz * Math.floor(i / channelCount)) / rateHz),
    ),
  );
}

describe('a page that listens', () => {
  it.each([10, 20] as const)(
    'hears exactly what a program plays, in frames of %s ms',
    async (frameMs) => {
      const hifi = deviceNamed('hifi');
      page.frames.length = 0;
      page.send({ type: 'listen', device: hifi.number, frameMs });
      page.send({ type: 'ping', id: 1, pageMs: 0 });
      await page.next('pong');
      const context = await program.createContext(hifi.index);
      const startTime = (await context.getTime()) + 4_800;
      const played = tone(440, 48_000, 24_000, 2);
      await context.play({ startTime, samples: bytesOf16(played) });
      await page.until(() => isEnd(page.frames.at(-1)?.frame.header.flags));

      const [first] = page.frames;
      expect((first?.frame.header.flags ?? 0) & frameFlags.discontinuity).toBe(1);
      const heard = page.frames.flatMap(({ frame }) => [...samplesOf16(frame.samples)]);
      const from = 2 * (startTime - (first?.frame.header.startTime ?? 0));
      expect(heard.slice(from, from + played.length)).toEqual([...played]);
      expect(heard.slice(0, from).every((sample) => sample === 0)).toBe(true);
      const sequences = page.frames.map(({ frame }) => frame.header.sequence);
      expect(sequences).toEqual(sequences.map((_, i) => (sequences[0] ?? 0) + i));
      page.send({ type: 'unlisten', device: hifi.number });
      await context.free();
    },
  );
});

function isEnd(flags = 0): boolean {
  return (flags & frameFlags.endOfSound) !== 0;
}

describe('a page that speaks', () => {
  it('is recorded by a program at the right pitch and level, without a gap', async () => {
    const hifi = deviceNamed('hifi');
    const rateHz = 44_100;
    const spoken = tone(1_000, rateHz, rateHz * 7, 1);
    const close = openMicrophone(page, { device: hifi.number, rateHz }, (startFrame, frameCount) =>
      startFrame < spoken.length ? spoken.subarray(startFrame, startFrame + frameCount) : undefined,
    );
    const context = await program.createContext(hifi.index);
    const startTime = (await context.getTime()) + 48_000;
    const { samples } = await context.record({ startTime, byteCount: 5 * 48_000 * 4 });
    close();
    const left = samplesOf16(samples).filter((_, i) => i % 2 === 0);
    // On a machine that is busy with other tests the microphone itself may stall, and the gateway says so.
    const [speaker] = await (await fetch(`${gateway.addresses.page}api/speakers`)).json();
    page.send({ type: 'unspeak', device: hifi.number });
    let brokenCount = 0;
    for (let at = 0; at + 960 <= left.length; at += 960) {
      const levelDb = rmsDb(left.subarray(at, at + 960)) - 20 * Math.log10(8_000 / Math.SQRT2);
      if (Math.abs(levelDb) > 0.3) brokenCount += 1;
    }
    expect(brokenCount).toBeLessThanOrEqual(20 * speaker.gapCount);
    const steps = left.map((sample, i) => Math.abs(sample - (left[i - 1] ?? sample)));
    // The tone's own steps are 1,047.
    expect(steps.reduce((most, step) => Math.max(most, step), 0)).toBeLessThan(1_150);
    const rises = left.filter((sample, i) => sample >= 0 && (left[i - 1] ?? 0) < 0).length;
    if (speaker.gapCount === 0) expect(Math.abs(rises / 5 - 1_000)).toBeLessThan(5);
    await context.free();
  });
});

describe('the clock', () => {
  it('of the gateway is known to a page to better than a millisecond', async () => {
    let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: Number.NaN };
    for (let id = 0; id < 20; id++) {
      const pageMs = performance.now();
      page.send({ type: 'ping', id, pageMs });
      const { serverMs } = await page.next('pong');
      const now = performance.now();
      const exchange = { roundTripMs: now - pageMs, offsetMs: serverMs - (now + pageMs) / 2 };
      if (exchange.roundTripMs < best.roundTripMs) best = exchange;
    }
    // Gateway and page share a process here, and so a clock.
    expect(Math.abs(best.offsetMs)).toBeLessThan(1);
  });
});

describe('the WebSocket for programs', () => {
  it('carries the plain AudioFile protocol', async () => {
    const webSocket = await openWebSocket(gateway.addresses.page, 'audiofile', {});
    const connection = await connectAudioFile(webSocketStream(webSocket));
    expect(connection.devices).toHaveLength(5);
    const context = await connection.createContext(2);
    const startTime = (await context.getTime()) + 4_800;
    const taken = await context.play({ startTime, samples: new Uint8Array(400_000) });
    expect(taken).toBeGreaterThan(0);
    await connection.close();
  });
});
