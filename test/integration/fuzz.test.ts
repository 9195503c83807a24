// Damaged recordings over real sockets, by the thousand, while one well-behaved client must notice nothing.
import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { defaultDevices } from '#server/devices/index';
import { type Connection, type Context, extensions } from '#shared/client/index';
import { type GoldenConnection, recordings, streamOf } from '#test/support/golden';
import { mutate } from '#test/support/mutations';
import { type Random, seededRandom, testSeed } from '#test/support/random';
import type { Bytes } from '#test/support/streams';
import { openClient, openSocket } from './support/clients.ts';
import { compileGateway, residentBytes, startProcess } from './support/gateway-process.ts';
import { folderOf } from './support/running-test.ts';
import { sleepMs } from './support/waiting.ts';

const FUZZ_MS = 7_000;
const AT_A_TIME = 12;
/** A few thousand is what a server of two cores gets in that time, shared with other tests. */
const LEAST_CONNECTIONS = 1_000;
const MOST_GROWTH_BYTES = 250 * 2 ** 20;

/** Numbers that damage does not turn a recorded one into: the client and the device of the quiet one. */
const QUIET_CLIENT = 0b11_0011;
const QUIET_DEVICE = 0b1_0111;
const RATE_HZ = 48_000;
const FRAME_BYTES = 4;
const PIECE_FRAMES = 4_800;
const LEAD_FRAMES = 48_000;

beforeAll(compileGateway, 120_000);

const quiet = { rateHz: RATE_HZ, encoding: 'LIN16', channelCount: 2 } as const;
/** The recorded devices, the quiet client's, and between them as many as make its number safe. */
const devices = [
  ...defaultDevices,
  ...Array.from({ length: QUIET_DEVICE - 5 }, (_, index) => ({ ...quiet, name: `spare${index}` })),
  { ...quiet, name: 'quiet' },
];

const conversations: readonly GoldenConnection[] = recordings
  .flatMap(({ connections }) => connections)
  .filter(({ fromClient }) => fromClient.length > 1 && streamOf(fromClient).length < 100_000);
const pool = conversations.map(({ fromClient }) => streamOf(fromClient.slice(1)));

const FIRST_CLIENT = 0x0010_0000;
const INDEX_MASK = 0xfff0_0000;

/** Recorded clients were the first; ids are moved to the range of the client that sends them now. */
function moveIds(stream: Bytes, littleEndian: boolean, resourceIdBase: number): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  for (let at = 4; at + 4 <= stream.length; at += 4) {
    const word = view.getUint32(at, littleEndian);
    if ((word & INDEX_MASK) >>> 0 !== FIRST_CLIENT) continue;
    view.setUint32(at, (word - FIRST_CLIENT + resourceIdBase) >>> 0, littleEndian);
  }
}

function damaged(stream: Bytes, random: Random): Bytes {
  let result = stream;
  for (let left = random(5); left > 0; left -= 1) result = mutate(result, random, pool);
  return result;
}

/** The base of the client's ids, or undefined when it was not let in. */
async function resourceIdBaseOf(
  socket: Socket,
  littleEndian: boolean,
): Promise<number | undefined> {
  const first = await Promise.race([
    new Promise<Buffer | undefined>((resolve) => {
      socket.once('data', resolve);
      socket.once('end', () => resolve(undefined));
      socket.once('close', () => resolve(undefined));
    }),
    sleepMs(50).then(() => undefined),
  ]);
  if (first === undefined || first.length < 16 || first[0] !== 1) return undefined;
  return littleEndian ? first.readUInt32LE(12) : first.readUInt32BE(12);
}

/** One connection: a recorded conversation, damaged, in pieces, and with one of all kinds of ends. */
async function attack(serverNumber: number, random: Random): Promise<void> {
  const conversation = conversations[random(conversations.length)] as GoldenConnection;
  const littleEndian = conversation.byteOrder === 'little';
  const door = random(2) === 0 ? 'TCP' : 'UNIX';
  const socket = await openSocket(serverNumber, { door });
  const [setup] = conversation.fromClient;
  const opening = (setup?.bytes ?? new Uint8Array(0)).slice();
  socket.write(random(5) === 0 ? damaged(opening, random) : opening);
  const resourceIdBase = await resourceIdBaseOf(socket, littleEndian);
  if (random(8) === 0) socket.pause();
  else socket.resume();
  const stream = streamOf(conversation.fromClient.slice(1));
  if (resourceIdBase !== undefined) moveIds(stream, littleEndian, resourceIdBase);
  const whole = damaged(stream, random);
  const cut = random(whole.length + 1);
  socket.write(whole.subarray(0, cut));
  await sleepMs(random(3));
  socket.write(whole.subarray(cut));
  await sleepMs(random(10));
  const end = random(3);
  if (end === 0) socket.destroy();
  else if (end === 1 && door === 'TCP') socket.resetAndDestroy();
  else {
    socket.end();
    setTimeout(() => socket.destroy(), 500);
  }
}

/** Samples that differ from frame to frame and never come again within minutes. */
function samplesAt(startFrame: number): Uint8Array {
  const samples = Buffer.alloc(PIECE_FRAMES * FRAME_BYTES);
  for (let frame = 0; frame < PIECE_FRAMES; frame += 1) {
    const noise = Math.imul(startFrame + frame, 0x9e37_79b1);
    samples.writeInt16LE(noise >> 16, frame * FRAME_BYTES);
    samples.writeInt16LE((noise << 16) >> 16, frame * FRAME_BYTES + 2);
  }
  return samples;
}

/** Streams in real time and hears itself, until told to stop; gives the slowest answer it got. */
async function streamAndListen(
  player: Connection,
  context: Context,
  recorder: Context,
  isOver: () => boolean,
): Promise<{ slowestMs: number; pieceCount: number }> {
  let slowestMs = 0;
  let pieceCount = 0;
  const startFrame = (await context.getTime()) + LEAD_FRAMES;
  for (let frame = startFrame; !isOver(); frame += PIECE_FRAMES) {
    const samples = samplesAt(frame);
    const takenFrame = await context.play({ startTime: frame, samples });
    if (takenFrame > frame) throw new Error(`a piece came ${takenFrame - frame} frames late`);
    const sinceMs = performance.now();
    await context.getTime();
    slowestMs = Math.max(slowestMs, performance.now() - sinceMs);
    // What recorded clients did to the list of hosts must not keep the next ones out.
    await player.hosts.add('127.0.0.1');
    const heardFrame = frame - LEAD_FRAMES;
    if (heardFrame < startFrame) {
      await sleepMs((1_000 * PIECE_FRAMES) / RATE_HZ);
      continue;
    }
    const heard = await recorder.record({ startTime: heardFrame, byteCount: samples.length });
    if (!Buffer.from(heard.samples).equals(samplesAt(heardFrame))) {
      throw new Error(`what was played at ${heardFrame} was not heard so`);
    }
    pieceCount += 1;
  }
  return { slowestMs, pieceCount };
}

it(`damaged recordings do not disturb others, with SEED=${testSeed}`, async (test) => {
  const configFile = path.join(folderOf(test), 'config.json');
  writeFileSync(configFile, JSON.stringify({ devices }));
  const gateway = await startProcess(test, { args: ['--config', configFile] });
  const { serverNumber, child, output, pid } = gateway;

  const before = await Promise.all(
    Array.from({ length: QUIET_CLIENT - 1 }, () => openClient(serverNumber)),
  );
  const [player, listener] = [await openClient(serverNumber), await openClient(serverNumber)];
  const context = await player.createContext(QUIET_DEVICE);
  const recorder = await listener.createContext(QUIET_DEVICE);
  await context.controls.enableInputs(0b10);
  await Promise.all(before.map((client) => client.close()));

  const residentBefore = process.platform === 'linux' ? residentBytes(pid) : 0;
  const random = seededRandom(testSeed);
  const endMs = performance.now() + FUZZ_MS;
  const isOver = (): boolean => performance.now() > endMs;
  let connectionCount = 0;
  const attackers = Array.from({ length: AT_A_TIME }, async () => {
    while (!isOver()) {
      await attack(serverNumber, random);
      connectionCount += 1;
    }
  });
  const streaming = streamAndListen(player, context, recorder, isOver);
  const [streamed] = await Promise.all([streaming, ...attackers]);

  const gatewayExtension = await player.extensions.open(extensions.gateway);
  const { clients } = (await gatewayExtension?.ask('ListClients', {})) ?? { clients: [] };
  const mine = clients.find(({ resourceIdBase }) => resourceIdBase === QUIET_CLIENT << 20);
  const grownBytes = process.platform === 'linux' ? residentBytes(pid) - residentBefore : 0;
  console.log(
    `${connectionCount} connections; memory grew by ${(grownBytes / 2 ** 20).toFixed(0)} MiB; slowest answer ${streamed.slowestMs.toFixed(0)} ms; ${clients.length} clients left`,
  );
  expect(output.stderr).not.toMatch(/"level":"error"|failed inside/);
  expect(child.exitCode).toBe(null);
  expect(mine?.latePlayCount).toBe(0);
  expect(streamed.pieceCount).toBeGreaterThan(30);
  expect(streamed.slowestMs).toBeLessThan(500);
  expect(connectionCount).toBeGreaterThan(LEAST_CONNECTIONS);
  expect(grownBytes).toBeLessThan(MOST_GROWTH_BYTES);
  const last = await openClient(serverNumber, { byteOrder: 'big', door: 'UNIX' });
  expect(last.devices).toHaveLength(devices.length + 2);
  await Promise.all([last.close(), player.close(), listener.close()]);
});
