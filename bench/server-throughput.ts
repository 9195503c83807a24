// How many bytes of sound a second one client can play and record when it sends as fast as it can.
import { encodings } from '#shared/protocol/encodings';
import type { DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import { PACKET_BYTES } from '#shared/protocol/limits';
import { compare } from './measure.ts';
import {
  answeredTime,
  anyTime,
  devices,
  type LoadClient,
  openClient,
  openFloor,
  type PlayingClient,
  request,
  samplesOf,
  setStartTime,
  timeOf,
} from './server-client.ts';
import { type Pace, sleep } from './server-pace.ts';
import type { ServerProcess } from './server-process.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const ROUNDS = 5;
const ROUND_MS = 400;
const REQUESTS_PER_BATCH = 16;
/** So many batches are under way at a time, so that the server never waits for the client. */
const BATCHES = 4;
/** Copies into a buffer of this many; all of it stays in the processor's caches. */
const COPIES = 64;

/** What is measured: one kind of sound, in the requests that the original library would send. */
export interface SoundKind {
  readonly name: string;
  readonly device: DeviceIndex;
  readonly encoding: 'MU255' | 'LIN16';
  readonly channelCount: number;
  readonly rateHz: number;
  readonly sampleBytes: number;
}

export const muLaw: SoundKind = {
  name: 'mu-law',
  device: devices.codec,
  encoding: 'MU255',
  channelCount: 1,
  rateHz: 8_000,
  sampleBytes: 8_000,
};

export const stereo: SoundKind = {
  name: 'LIN16 stereo',
  device: devices.hifi,
  encoding: 'LIN16',
  channelCount: 2,
  rateHz: 48_000,
  sampleBytes: 8_172,
};

/** Per second of time, and per second that the server's process was running. */
export interface Throughput {
  readonly megabytes: number;
  readonly megabytesPerCpuSecond: number;
}

/** Of each round. */
export interface Compared {
  readonly name: string;
  readonly own: readonly Throughput[];
  readonly floor: readonly Throughput[];
}

export function playRequest(kind: SoundKind, { context }: Pick<PlayingClient, 'context'>): Bytes {
  return request('PlaySamples', {
    bigEndianSamples: false,
    noTimeReply: false,
    context,
    startTime: anyTime,
    channelCount: kind.channelCount,
    encoding: encodings[kind.encoding].id,
    samples: samplesOf(kind.sampleBytes),
  });
}

/** A stream of batches that never ends: each is sent again when all of it was answered. */
interface Flood {
  readonly load: LoadClient;
  readonly requestBytes: number;
  readonly batches: readonly Bytes[];
  /** Before a batch is sent again, with the head of the last answer. */
  renew(batch: Bytes, head: DataView): void;
}

function floodOf(
  load: LoadClient,
  oneRequest: Bytes,
  renew: (batch: Bytes, head: DataView) => void,
): Flood {
  const batches = Array.from({ length: BATCHES }, () => {
    const batch = new Uint8Array(REQUESTS_PER_BATCH * oneRequest.length);
    for (let at = 0; at < batch.length; at += oneRequest.length) batch.set(oneRequest, at);
    return batch;
  });
  return { load, requestBytes: oneRequest.length, batches, renew };
}

/** Sends for so long; gives the number of requests that were answered. */
function pour({ load, batches, renew }: Flood, forMs: number): Promise<number> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    let answeredCount = 0;
    let underWayCount = batches.length;
    load.onAnswer = (head) => {
      answeredCount += 1;
      if (answeredCount % REQUESTS_PER_BATCH !== 0) return;
      const batch = batches[(answeredCount / REQUESTS_PER_BATCH - 1) % BATCHES];
      if (performance.now() - startMs < forMs && batch) {
        renew(batch, head);
        load.send(batch);
      } else {
        underWayCount -= 1;
        if (underWayCount === 0) resolve(answeredCount);
      }
    };
    for (const batch of batches) load.send(batch);
  });
}

async function throughput(
  flood: Flood,
  server: ServerProcess,
  soundBytes: number,
  forMs: number,
): Promise<Throughput> {
  const before = await server.usage();
  const startMs = performance.now();
  const answeredCount = await pour(flood, forMs);
  const elapsedMs = performance.now() - startMs;
  const after = await server.usage();
  const megabytes = (answeredCount * soundBytes) / 1e6;
  return {
    megabytes: megabytes / (elapsedMs / 1_000),
    megabytesPerCpuSecond: megabytes / ((after.cpuMs - before.cpuMs) / 1_000),
  };
}

/** The two take turns, after one round that does not count. */
async function alternate(
  name: string,
  own: () => Promise<Throughput>,
  floor: () => Promise<Throughput>,
): Promise<Compared> {
  const owns: Throughput[] = [];
  const floors: Throughput[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const [ownResult, floorResult] = [await own(), await floor()];
    if (round < 0) continue;
    owns.push(ownResult);
    floors.push(floorResult);
  }
  return { name, own: owns, floor: floors };
}

/** Plays on the same half second ahead of now again and again, so that nothing has to wait. */
export async function measurePlay(
  kind: SoundKind,
  isPreemptive: boolean,
  gateway: ServerProcess,
  floor: ServerProcess,
  { scale }: Pace,
): Promise<Compared> {
  const client = await openClient(gateway.tcp, kind.device, isPreemptive);
  const play = playRequest(kind, client);
  const echo = openFloor(floor.tcp, play.length);
  const startAt = (batch: Bytes, time: number) => {
    for (let at = 0; at < batch.length; at += play.length) {
      setStartTime(batch, at, time + kind.rateHz / 2);
    }
  };
  const plays = floodOf(client.load, play, (batch, head) => startAt(batch, answeredTime(head)));
  const echoes = floodOf(echo, play, () => {});
  const forMs = ROUND_MS * scale;
  const result = await alternate(
    `play ${kind.name}, ${isPreemptive ? 'preempt' : 'mix'}`,
    async () => {
      const now = await timeOf(client);
      for (const batch of plays.batches) startAt(batch, now);
      return throughput(plays, gateway, kind.sampleBytes, forMs);
    },
    () => throughput(echoes, floor, kind.sampleBytes, forMs),
  );
  client.load.close();
  echo.close();
  return result;
}

/** Records what the device itself has just played, by its monitor. */
export async function measureRecord(
  kind: SoundKind,
  gateway: ServerProcess,
  floor: ServerProcess,
  { scale }: Pace,
): Promise<Compared> {
  const client = await openClient(gateway.tcp, kind.device);
  await client.load.ask(request('EnableInput', { context: client.context, mask: 2 }));
  await client.load.ask(request('DisableInput', { context: client.context, mask: 1 }));
  const record = request('RecordSamples', {
    bigEndianSamples: false,
    block: false,
    context: client.context,
    startTime: anyTime,
    byteCount: kind.sampleBytes,
    channelCount: kind.channelCount,
    encoding: encodings[kind.encoding].id,
  });
  const answerBytes = PACKET_BYTES + kind.sampleBytes;
  const echo = openFloor(floor.tcp, record.length, answerBytes);
  const records = floodOf(client.load, record, () => {});
  const echoes = floodOf(echo, record, () => {});
  const forMs = ROUND_MS * scale;
  const soundTime = await playOneSecond(kind, client);
  const result = await alternate(
    `record ${kind.name}`,
    async () => {
      for (const batch of records.batches) {
        for (let at = 0; at < batch.length; at += record.length) {
          setStartTime(batch, at, soundTime);
        }
      }
      client.load.answerByteCount = answerBytes;
      return throughput(records, gateway, kind.sampleBytes, forMs);
    },
    () => throughput(echoes, floor, kind.sampleBytes, forMs),
  );
  client.load.close();
  echo.close();
  return result;
}

/** Resolves when it is past, with the time at which it began. */
async function playOneSecond(kind: SoundKind, client: PlayingClient): Promise<number> {
  const startTime = (await timeOf(client)) + kind.rateHz / 10;
  const play = playRequest(kind, client);
  setStartTime(play, 0, startTime);
  await client.load.ask(play);
  await sleep(1_200);
  return startTime as DeviceTime;
}

/** Megabytes a second that one core copies from buffer to buffer, 8,000 bytes at a time. */
export function copyMegabytesPerSecond(): number {
  const from = Buffer.from(samplesOf(8_000));
  const to = Buffer.alloc(COPIES * from.length);
  const copies = {
    batch: COPIES,
    doBatch: () => {
      for (let at = 0; at < to.length; at += from.length) from.copy(to, at);
      return to[0] ?? 0;
    },
  };
  return (compare(copies, copies).perSecond.median * from.length) / 1e6;
}
