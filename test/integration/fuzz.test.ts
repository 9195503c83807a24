// Nonsense on all three doors at once, by the thousand, while one well-behaved client must notice nothing, the
// gateway must not stall, and its memory must not grow. `npm run soak` does the same for ten minutes.
//
// What fails tells its seed and its bytes: SEED=… repeats a run, ATTACK="name:seed" a single connection. All that the
// gateway said is in dist/fuzz then. What a busy machine may have caused is tried again, and nothing else is.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { defaultDevices } from '#server/devices/index';
import { seededRandom, testSeed } from '#test/support/random';
import { Attackers, type Attempt, inWords } from './fuzz/attackers.ts';
import { audioFileAttacks } from './fuzz/audiofile-attacks.ts';
import { failureOf, type Run, unlessFailed } from './fuzz/failure.ts';
import { type Place, quietFormat, streamAndListen } from './fuzz/quiet-stream.ts';
import { webAttacks } from './fuzz/web-attacks.ts';
import { openClient } from './support/clients.ts';
import { excusable } from './support/excusable.ts';
import { compileGateway, type Probe, probeOf, startProcess } from './support/gateway-process.ts';
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

/**
 * Numbers that damage does not turn a likely one into: the client and the device of the quiet one. Any client may
 * disconnect another, so both bytes of this one differ from those of the dozen that attack at a time.
 */
const QUIET_CLIENT = 0x3d;
const QUIET_DEVICE = 0b1_0111;
/** Where the machine does something else for longer, what comes late says nothing. */
const EXCUSED_MS = 200;

beforeAll(compileGateway, 120_000);

/** A device has its buffers from its first sound on: those that damage finds one day must be small. */
const spare = { rateHz: 8_000, encoding: 'LIN16', channelCount: 1, bufferSeconds: 0.5 } as const;
/** The recorded devices, the quiet client's, and between them as many as make its number safe. */
const devices = [
  ...defaultDevices,
  ...Array.from({ length: QUIET_DEVICE - 5 }, (_, index) => ({ ...spare, name: `spare${index}` })),
  { ...quietFormat, name: 'quiet' },
];
/** What clients leave behind for ever is soon as much as it may be. */
const limits = {
  atoms: 300,
  atomNameBytes: 20_000,
  propertiesPerDevice: 10,
  propertyBytes: 20_000,
};

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

/** In the place that damage does not find: one that plays there, and one that hears it. */
async function openQuiet(serverNumber: number): Promise<{ player: Place; listener: Place }> {
  const before = await Promise.all(
    Array.from({ length: QUIET_CLIENT - 1 }, () => openClient(serverNumber)),
  );
  const [player, listener] = [await openClient(serverNumber), await openClient(serverNumber)];
  const context = await player.createContext(QUIET_DEVICE);
  const recorder = await listener.createContext(QUIET_DEVICE);
  await context.controls.enableInputs(0b10);
  await Promise.all(before.map((client) => client.close()));
  return {
    player: { connection: player, context },
    listener: { connection: listener, context: recorder },
  };
}

async function attackUntil(run: Run, isOver: () => boolean): Promise<void> {
  const { attackers } = run;
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
    throw await failureOf('a door does not open any more', run, cause);
  }
  await sleepMs(DISMISSED_MS);
}

interface Growth {
  readonly settledBytes: number;
  readonly share: number;
  readonly bufferBytes: number;
}

async function growthWhileAttacked(run: Run, probe: Probe): Promise<Growth> {
  const startMs = performance.now();
  const isAfter = (share: number) => () => performance.now() > startMs + share * FUZZ_MS;
  await attackUntil(run, isAfter(SETTLED_SHARE));
  const settled = await probe.collected();
  await attackUntil(run, isAfter(1));
  let held = await probe.collected();
  const growth = (): number => held.heapBytes / settled.heapBytes - 1;
  // Clients that have finished sending may still wait, and hold what they wait for.
  for (let again = 0; again < DISMISSED_TIMES && growth() > MOST_GROWTH; again += 1) {
    await sleepMs(1_000);
    held = await probe.collected();
  }
  return {
    settledBytes: settled.heapBytes,
    share: growth(),
    bufferBytes: held.bufferBytes - settled.bufferBytes,
  };
}

/** Whoever says for how long wants to see all that fails. */
const retry = {
  count: process.env.FUZZ_SECONDS === undefined ? 2 : 0,
  condition: excusable,
};

it(`nonsense does not disturb others, with SEED=${testSeed}`, {
  timeout: FUZZ_MS + 120_000,
  retry,
}, async (test) => {
  const configFile = path.join(folderOf(test), 'config.json');
  writeFileSync(configFile, JSON.stringify({ devices, limits }));
  const gateway = await startProcess(test, { args: ['--config', configFile], isProbed: true });
  const { serverNumber, output } = gateway;
  const probe = probeOf(gateway);
  const { player, listener } = await openQuiet(serverNumber);
  const attackers = new Attackers(gateway, seededRandom(testSeed));
  const run: Run = { gateway, attackers, seed: testSeed, seconds: FUZZ_MS / 1_000 };

  let isOver = false;
  const streaming = streamAndListen(player, listener, () => isOver);
  const watching = watch(probe, attackers, () => isOver);
  // Awaited below: what it throws meanwhile must not end the process.
  watching.catch(() => {});
  await unlessFailed(run, streaming, async () => {
    const grown = await growthWhileAttacked(run, probe);
    isOver = true;
    const [streamed, { suspects, starvedMs }] = await Promise.all([streaming, watching]);
    const guilty = await convicted(suspects, probe, attackers);
    if (/"level":"error"|failed inside/.test(output.stderr)) {
      throw await failureOf('its log tells of an error', run);
    }
    console.log(
      `${attackers.count} connections; the heap grew by ${(100 * grown.share).toFixed(1)} % of ${(grown.settledBytes / MIB).toFixed(1)} MiB, buffers by ${(grown.bufferBytes / MIB).toFixed(1)} MiB; slowest answer ${streamed.slowestMs.toFixed(0)} ms; ${suspects.length} attacks looked at again; ${streamed.lateCount} late pieces; starved for ${starvedMs.toFixed(0)} ms`,
    );
    expect(guilty).toEqual([]);
    if (starvedMs < EXCUSED_MS) expect(streamed.lateCount).toBe(0);
    expect(streamed.pieceCount).toBeGreaterThan(FUZZ_MS / 1_000 / 4);
    expect(grown.share).toBeLessThan(MOST_GROWTH);
    expect(grown.bufferBytes).toBeLessThan(MOST_BUFFER_GROWTH_BYTES);
    if (onlyName === undefined) {
      expect(attackers.count).toBeGreaterThan((LEAST_PER_SECOND * FUZZ_MS) / 1_000);
    }
  });
  const lastClient = await openClient(serverNumber, { byteOrder: 'big', door: 'UNIX' });
  expect(lastClient.devices).toHaveLength(devices.length + 2);
  const clients = [lastClient, player.connection, listener.connection];
  await Promise.all(clients.map((client) => client.close()));
});

async function repeatOnly(attackers: Attackers, isOver: () => boolean): Promise<void> {
  const attack = attacks.find(({ name }) => name === onlyName);
  if (attack === undefined) throw new Error(`There is no attack "${onlyName}".`);
  while (!isOver()) await attackers.attempt(attack, Number(onlySeed));
}
