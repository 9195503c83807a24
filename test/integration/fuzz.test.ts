// Nonsense on all three doors at once, by the thousand, while one well-behaved client must notice nothing, the
// gateway must not stall, and its memory must not grow. `npm run soak` does the same for ten minutes.
//
// What fails tells its seed and its bytes: SEED=… repeats a run, ATTACK="name:seed" a single connection.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { defaultDevices } from '#server/devices/index';
import type { Connection, Context } from '#shared/client/index';
import { encodings } from '#shared/protocol/encodings';
import type { DeviceTime } from '#shared/protocol/ids';
import { seededRandom, testSeed } from '#test/support/random';
import { Attackers, type Attempt, inWords } from './fuzz/attackers.ts';
import { audioFileAttacks } from './fuzz/audiofile-attacks.ts';
import { webAttacks } from './fuzz/web-attacks.ts';
import { openClient } from './support/clients.ts';
import {
  compileGateway,
  endOf,
  type Probe,
  probeOf,
  startProcess,
} from './support/gateway-process.ts';
import { folderOf } from './support/running-test.ts';
import { sleepMs } from './support/waiting.ts';

const FUZZ_MS = 1_000 * Number(process.env.FUZZ_SECONDS ?? 20);
const MIB = 2 ** 20;
/** Until then caches fill and code is compiled: what is held there is what must not grow. */
const SETTLED_SHARE = 0.4;
const MOST_GROWTH = 0.05;
/** Of buffers: the kernels of resamplers that are kept for the next are of many sizes. */
const MOST_BUFFER_GROWTH_BYTES = 6 * MIB;
/** Side by side: at the doors of AudioFile, and at the web side. */
const AT_A_TIME = { audioFile: 6, web: 6 };
const LEAST_PER_SECOND = 30;
const LOOK_MS = 200;
const MOST_BUSY_MS = 50;
/** What was busy is done again so often, alone: only what is busy each time was not the machine. */
const AGAIN = 3;
/** As many of them, the last first, as there is time for. */
const AGAIN_SHARE = 0.2;
const DISMISSED_MS = 1_500;
/** In seconds, more than a finished peer may wait. */
const DISMISSED_TIMES = 12;

/** Numbers that damage does not turn a recorded one into: the client and the device of the quiet one. */
const QUIET_CLIENT = 0b11_0011;
const QUIET_DEVICE = 0b1_0111;
const RATE_HZ = 48_000;
const FRAME_BYTES = 4;
/** Few and long, so that what is slow is the gateway and not this process, which attacks it as well. */
const PIECE_FRAMES = RATE_HZ / 2;
/** A busy machine may do something else for so long; where it does for longer, what comes late says nothing. */
const LEAD_FRAMES = 2.5 * RATE_HZ;
const EXCUSED_MS = 200;
/** What a device keeps of the past, less than a request may take. */
const KEPT_FRAMES = 3.5 * RATE_HZ;

beforeAll(compileGateway, 120_000);

const quiet = { rateHz: RATE_HZ, encoding: 'LIN16', channelCount: 2 } as const;
/** A device has its buffers from its first sound on: those that damage finds one day must be small. */
const spare = { rateHz: 8_000, encoding: 'LIN16', channelCount: 1, bufferSeconds: 0.5 } as const;
/** The recorded devices, the quiet client's, and between them as many as make its number safe. */
const devices = [
  ...defaultDevices,
  ...Array.from({ length: QUIET_DEVICE - 5 }, (_, index) => ({ ...spare, name: `spare${index}` })),
  { ...quiet, name: 'quiet' },
];
/** What clients leave behind for ever is soon as much as it may be. */
const limits = {
  atoms: 300,
  atomNameBytes: 20_000,
  propertiesPerDevice: 10,
  propertyBytes: 20_000,
};

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

interface Place {
  readonly connection: Connection;
  readonly context: Context;
}

interface Streamed {
  slowestMs: number;
  pieceCount: number;
  /** How often a piece came too late, so that the stream began anew. */
  lateCount: number;
}

/** Streams in real time and hears itself, until told to stop. */
async function streamAndListen(
  { connection: player, context }: Place,
  { connection: listener, context: recorder }: Place,
  isOver: () => boolean,
): Promise<Streamed> {
  const streamed: Streamed = { slowestMs: 0, pieceCount: 0, lateCount: 0 };
  const format = { bigEndianSamples: false, block: true, channelCount: 2 };
  while (!isOver()) {
    const startFrame = (await context.getTime()) + LEAD_FRAMES;
    for (let frame = startFrame; !isOver(); frame += PIECE_FRAMES) {
      const samples = samplesAt(frame);
      const takenFrame = await context.play({ startTime: frame, samples });
      const sinceMs = performance.now();
      await context.getTime();
      streamed.slowestMs = Math.max(streamed.slowestMs, performance.now() - sinceMs);
      // What attackers did to the list of hosts must not keep the next ones out.
      await player.hosts.add('127.0.0.1');
      const heardFrame = frame - LEAD_FRAMES;
      if (heardFrame < startFrame) {
        await sleepMs((1_000 * PIECE_FRAMES) / RATE_HZ);
        continue;
      }
      const heard = await listener.calls.ask('RecordSamples', {
        ...{ ...format, context: recorder.id, encoding: encodings.LIN16.id },
        ...{ startTime: heardFrame as DeviceTime, byteCount: samples.length },
      });
      if (takenFrame > frame || heard.time - heardFrame > KEPT_FRAMES) {
        streamed.lateCount += 1;
        break;
      }
      if (!Buffer.from(heard.samples).equals(samplesAt(heardFrame))) {
        throw new Error(`what was played at ${heardFrame} was not heard so`);
      }
      streamed.pieceCount += 1;
    }
  }
  return streamed;
}

interface Watched {
  /** What went on when a turn of the gateway's event loop was too long. */
  readonly suspects: Attempt[];
  /** How late an event loop was at most that had nothing to do meanwhile: the machine's doing. */
  starvedMs: number;
}

async function watch(probe: Probe, attackers: Attackers, isOver: () => boolean): Promise<Watched> {
  const watched: Watched = { suspects: [], starvedMs: 0 };
  while (!isOver()) {
    const sinceMs = performance.now();
    await sleepMs(LOOK_MS);
    const ownLateMs = performance.now() - sinceMs - LOOK_MS;
    if (isOver()) break;
    const { busyTurnMs, delayMaxMs } = await probe.figures();
    watched.starvedMs = Math.max(watched.starvedMs, ownLateMs, delayMaxMs - busyTurnMs);
    if (busyTurnMs > MOST_BUSY_MS) watched.suspects.push(...attackers.since(sinceMs - LOOK_MS));
  }
  return watched;
}

/** Does each again, alone; gives those after which a turn of the event loop was too long every time. */
async function convicted(
  suspects: readonly Attempt[],
  probe: Probe,
  attackers: Attackers,
): Promise<string[]> {
  const guilty: string[] = [];
  const endMs = performance.now() + FUZZ_MS * AGAIN_SHARE;
  for (const { attack, seed } of suspects.toReversed()) {
    if (performance.now() > endMs) break;
    let busyMs = Number.POSITIVE_INFINITY;
    let attempt: Attempt | undefined;
    for (let again = 0; again < AGAIN && busyMs > MOST_BUSY_MS; again += 1) {
      await probe.figures();
      attempt = await attackers.attempt(attack, seed);
      await sleepMs(LOOK_MS / 10);
      busyMs = Math.min(busyMs, (await probe.figures()).busyTurnMs);
    }
    if (busyMs > MOST_BUSY_MS && attempt) {
      guilty.push(`${busyMs.toFixed(0)} ms: ${inWords(attempt)}`);
    }
  }
  return guilty;
}

const attacks = [...audioFileAttacks, ...webAttacks];
const [onlyName, onlySeed] = process.env.ATTACK?.split(':') ?? [];

it(
  `nonsense does not disturb others, with SEED=${testSeed}`,
  async (test) => {
    const configFile = path.join(folderOf(test), 'config.json');
    writeFileSync(configFile, JSON.stringify({ devices, limits }));
    const gateway = await startProcess(test, { args: ['--config', configFile], isProbed: true });
    const { serverNumber, output } = gateway;
    const probe = probeOf(gateway);

    const before = await Promise.all(
      Array.from({ length: QUIET_CLIENT - 1 }, () => openClient(serverNumber)),
    );
    const [player, listener] = [await openClient(serverNumber), await openClient(serverNumber)];
    const context = await player.createContext(QUIET_DEVICE);
    const recorder = await listener.createContext(QUIET_DEVICE);
    await context.controls.enableInputs(0b10);
    await Promise.all(before.map((client) => client.close()));

    const attackers = new Attackers(gateway, seededRandom(testSeed));
    const startMs = performance.now();
    const isAfter = (share: number) => () => performance.now() > startMs + share * FUZZ_MS;
    const attackUntil = async (isOver: () => boolean): Promise<void> => {
      const { audioFile, web } = AT_A_TIME;
      const attacking =
        onlyName === undefined
          ? [
              ...Array.from({ length: audioFile }, () => attackers.run(audioFileAttacks, isOver)),
              ...Array.from({ length: web }, () => attackers.run(webAttacks, isOver)),
            ]
          : [repeatOnly(attackers, isOver)];
      try {
        await Promise.all(attacking);
      } catch (cause) {
        await sleepMs(DISMISSED_MS);
        const last = attackers.since(performance.now() - 2 * DISMISSED_MS).map(inWords);
        throw new Error(
          `A door does not open any more. The gateway ${endOf(gateway) ?? 'runs'}, and said: ${output.stderr.slice(-4_000)}\n${last.join('\n')}`,
          { cause },
        );
      }
    };
    let isOver = false;
    const streaming = streamAndListen(
      { connection: player, context },
      { connection: listener, context: recorder },
      () => isOver,
    );
    // Awaited below: what it throws meanwhile must not end the process.
    streaming.catch(() => {});
    const watching = watch(probe, attackers, () => isOver);
    watching.catch(() => {});
    await attackUntil(isAfter(SETTLED_SHARE));
    await sleepMs(DISMISSED_MS);
    const settled = await probe.collected();
    await attackUntil(isAfter(1));
    await sleepMs(DISMISSED_MS);
    let held = await probe.collected();
    const growth = (): number => held.heapBytes / settled.heapBytes - 1;
    // Clients that have finished sending may still wait, and hold what they wait for.
    for (let again = 0; again < DISMISSED_TIMES && growth() > MOST_GROWTH; again += 1) {
      await sleepMs(1_000);
      held = await probe.collected();
    }
    const grownShare = growth();
    const grownBufferBytes = held.bufferBytes - settled.bufferBytes;
    isOver = true;
    const [streamed, { suspects, starvedMs }] = await Promise.all([streaming, watching]);
    const guilty = await convicted(suspects, probe, attackers);

    console.log(
      `${attackers.count} connections; the heap grew by ${(100 * grownShare).toFixed(1)} % of ${(settled.heapBytes / MIB).toFixed(1)} MiB, buffers by ${(grownBufferBytes / MIB).toFixed(1)} MiB; slowest answer ${streamed.slowestMs.toFixed(0)} ms; ${suspects.length} attacks looked at again; ${streamed.lateCount} late pieces; starved for ${starvedMs.toFixed(0)} ms`,
    );
    const last = attackers
      .since(performance.now() - 1_000)
      .map(inWords)
      .join('\n');
    expect(output.stderr, last).not.toMatch(/"level":"error"|failed inside/);
    expect(endOf(gateway), last).toBe(undefined);
    expect(guilty).toEqual([]);
    if (starvedMs < EXCUSED_MS) expect(streamed.lateCount).toBe(0);
    expect(streamed.pieceCount).toBeGreaterThan(FUZZ_MS / 1_000 / 4);
    expect(grownShare).toBeLessThan(MOST_GROWTH);
    expect(grownBufferBytes).toBeLessThan(MOST_BUFFER_GROWTH_BYTES);
    if (onlyName === undefined) {
      expect(attackers.count).toBeGreaterThan((LEAST_PER_SECOND * FUZZ_MS) / 1_000);
    }
    const lastClient = await openClient(serverNumber, { byteOrder: 'big', door: 'UNIX' });
    expect(lastClient.devices).toHaveLength(devices.length + 2);
    await Promise.all([lastClient.close(), player.close(), listener.close()]);
  },
  FUZZ_MS + 120_000,
);

async function repeatOnly(attackers: Attackers, isOver: () => boolean): Promise<void> {
  const attack = attacks.find(({ name }) => name === onlyName);
  if (attack === undefined) throw new Error(`There is no attack "${onlyName}".`);
  while (!isOver()) await attackers.attempt(attack, Number(onlySeed));
}
