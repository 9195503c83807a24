// Many programs at once, over every door and in both byte orders, whose bytes come in pieces of any size: what one
// says never gets into what another does, although all sockets are read into one buffer.
import { expect, it } from 'vitest';
import { nodeStream } from '#server/transport/node-stream';
import type { ByteReceiver, ByteStream, Connection } from '#shared/client/index';
import { connectAudioFile, predefinedAtoms } from '#shared/client/index';
import { byteOrders } from '#test/support/byte-builder';
import { type Random, seededRandom, testSeed } from '#test/support/random';
import { openWebSocket, webSocketStream } from '#test/support/web-socket-client';
import { openSocket } from './support/clients.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';

const PROGRAMS = 18;
const ROUNDS = 8;
const MOST_PROPERTY_BYTES = 20_000;
const RATE_HZ = 48_000;
const SAMPLE_BYTES = 60_000;
const SAMPLE_SIZE = 2;
/** Often whole in one read, so that it is placed from where it lies, or held until it fits. */
const PART_BYTES = 5_000;
/** The first part does not fit when it comes. */
const BUFFER_SECONDS = 1;
const LEAD_SECONDS = 1.2;
const MONITOR = 0b10;
const MICROPHONES = 0b01;

const openers: readonly ((gateway: TestGateway) => Promise<ByteStream>)[] = [
  async ({ serverNumber }) => nodeStream(await openSocket(serverNumber)),
  async ({ serverNumber }) => nodeStream(await openSocket(serverNumber, { door: 'UNIX' })),
  async ({ page }) => webSocketStream(await openWebSocket(page, 'audiofile', {})),
];

const pieceSizes = [4, 100, 3_000, 100_000, 100_000];

/** The same stream, whose bytes leave in pieces, at times with a turn of the event loop between them. */
function inPieces(stream: ByteStream, random: Random): ByteStream {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let isLeaving = false;

  async function leave(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const byteCount = 1 + random(pieceSizes[random(pieceSizes.length)] ?? 1);
      stream.write(bytes.slice(at, at + byteCount));
      at += byteCount;
      if (random(3) === 0) await new Promise(setImmediate);
    }
  }

  async function leaveAll(): Promise<void> {
    isLeaving = true;
    while (waiting.length > 0) {
      const taken = waiting;
      waiting = [];
      for (const bytes of taken) await leave(bytes);
    }
    isLeaving = false;
  }

  return {
    receive: (receiver: ByteReceiver) => stream.receive(receiver),
    write(bytes) {
      waiting.push(bytes);
      if (!isLeaving) void leaveAll();
      return true;
    },
    close: () => stream.close(),
  };
}

function randomBytes(byteCount: number, random: Random): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteCount }, () => random(256));
}

/** Leaves properties on its device, and finds there what it left. */
async function remember(connection: Connection, index: number, random: Random): Promise<number> {
  const { properties } = await connection.createContext(index);
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `OF_${index}_${round}_${'x'.repeat(random(200))}`;
    const data = randomBytes(1 + random(MOST_PROPERTY_BYTES), random);
    await properties.change(name, { type: predefinedAtoms.INTEGER, data }, 'replace');
    expect(Buffer.from((await properties.get(name))?.data as Uint8Array).equals(data)).toBe(true);
    expect(await connection.atoms.nameOf(await connection.atoms.intern(name))).toBe(name);
  }
  return 0;
}

/** How many samples were heard; fails where one is neither the one that was played nor silent, as where it came late. */
function heardOf(heard: Uint8Array, played: Uint8Array): number {
  const [heardSamples, playedSamples] = [heard, played].map(
    (bytes) => new Int16Array(bytes.slice().buffer),
  ) as [Int16Array, Int16Array];
  const others = heardSamples.filter((sample, at) => sample !== 0 && sample !== playedSamples[at]);
  expect(others).toHaveLength(0);
  return heardSamples.filter((sample) => sample !== 0).length;
}

/** Plays on its device, and hears there what it played, and nothing of anybody else. */
async function playAndHear(connection: Connection, index: number, random: Random): Promise<number> {
  const context = await connection.createContext(index);
  await context.controls.enableInputs(MONITOR);
  await context.controls.disableInputs(MICROPHONES);
  const samples = randomBytes(SAMPLE_BYTES, random);
  const startTime = (await context.getTime()) + LEAD_SECONDS * RATE_HZ;
  // Not one after the other, so that the connection is read on while the first one waits.
  const parts: Promise<unknown>[] = [];
  for (let at = 0; at < SAMPLE_BYTES; at += PART_BYTES) {
    const part = samples.subarray(at, at + PART_BYTES);
    parts.push(context.play({ startTime: startTime + at / SAMPLE_SIZE, samples: part }));
    for (let turn = random(8); turn > 0; turn -= 1) await new Promise(setImmediate);
  }
  await Promise.all(parts);
  const heard = await context.record({ startTime, byteCount: SAMPLE_BYTES });
  return heardOf(heard.samples, samples);
}

it(`keeps apart what programs send at the same time, with SEED=${testSeed}`, async (test) => {
  const devices = Array.from({ length: PROGRAMS }, (_, index) => ({
    ...{ name: `d${index}`, rateHz: RATE_HZ, encoding: 'LIN16' as const, channelCount: 1 },
    bufferSeconds: BUFFER_SECONDS,
  }));
  const gateway = await startTestGateway(test, { devices });
  const connections: Connection[] = [];
  test.onTestFinished(() => {
    for (const connection of connections) connection.abort();
  });
  const programs = devices.flatMap((_, index) => [
    { index, does: remember },
    { index, does: playAndHear },
  ]);
  const outcomes = await Promise.allSettled(
    programs.map(async ({ index, does }, number) => {
      const random = seededRandom(testSeed + number);
      const open = openers[index % openers.length] as (typeof openers)[number];
      const byteOrder = byteOrders[number % byteOrders.length] ?? 'big';
      const stream = inPieces(await open(gateway), random);
      const connection = await connectAudioFile(stream, { byteOrder });
      connections.push(connection);
      return does(connection, index, random);
    }),
  );
  const heardCounts = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  expect(Math.max(...heardCounts)).toBeGreaterThan(0);
});
