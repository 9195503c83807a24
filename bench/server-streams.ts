// Many clients that play in real time, each some way ahead, as a program does that plays a file: what that
// costs the server, and whether anything comes late.
import type { ContextId, DeviceIndex } from '#shared/protocol/ids';
import {
  answeredTime,
  type LoadClient,
  openClient,
  openFloor,
  setStartTime,
  timeOf,
} from './server-client.ts';
import { type Pace, quantile, sleep } from './server-pace.ts';
import type { ServerProcess } from './server-process.ts';
import { playRequest, type SoundKind } from './server-throughput.ts';

/** The engine compiles what comes some hundred times a second as late as that. */
const WARM_UP_MS = 6_000;
const MEASURE_MS = 4_000;
/** How long the last answers may take before they count as missing. */
const LAST_ANSWERS_MS = 700;
const NO_TIME_REPLY = 4;

export interface StreamLoad {
  readonly name: string;
  readonly kind: SoundKind;
  readonly clientCount: number;
  /** How long before its time a request is sent. */
  readonly secondsAhead: number;
  /** Requests that a client sends at once; of these only the last is answered, as the library asks. */
  readonly requestsAtOnce: number;
  /** Of so many requests one is answered. */
  readonly requestsPerAnswer: number;
}

export interface StreamResult {
  /** Of the server, in parts of one core. */
  readonly cpuShare: number;
  readonly cpuUsPerRequest: number;
  /** Answers whose play began after the time at which it should have been heard, and missing answers. */
  readonly lateCount: number;
  readonly answerCount: number;
  readonly answerP99Ms: number;
  /** How late the load generator itself was at worst. */
  readonly generatorLateMs: number;
}

interface Stream {
  readonly load: LoadClient;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where its next request begins, as a time of the device that does not wrap. */
  nextTime: number;
  sentCount: number;
  /** When the last request was sent whose answer has not come, and its start time. */
  askedMs: number;
  askedTime: number;
}

/** What happened since it was made. */
class Tally {
  requestCount = 0;
  lateCount = 0;
  generatorLateMs = 0;
  readonly answerMs: number[] = [];
}

export async function measureStreams(
  load: StreamLoad,
  gateway: ServerProcess,
  pace: Pace,
  deviceOf: (stream: number) => DeviceIndex = () => load.kind.device,
): Promise<StreamResult> {
  const streams = await openStreams(load, gateway, deviceOf);
  return measure(streams, load, gateway, pace, answeredTime);
}

/** The same bytes at the same moments, to a server that only answers as often. */
export function measureFloorStreams(
  load: StreamLoad,
  floor: ServerProcess,
  pace: Pace,
): Promise<StreamResult> {
  const context = 0 as ContextId;
  const streams = Array.from({ length: load.clientCount }, () => {
    const bytes = requestsAtOnce(load, context);
    const requestBytes = bytes.length / load.requestsAtOnce;
    return streamOf(openFloor(floor.tcp, requestBytes * load.requestsPerAnswer), bytes);
  });
  return measure(streams, load, floor, pace, () => 0);
}

async function measure(
  streams: readonly Stream[],
  load: StreamLoad,
  server: ServerProcess,
  { scale }: Pace,
  timeIn: (head: DataView) => number,
): Promise<StreamResult> {
  const intervalMs = (1_000 * load.requestsAtOnce * framesPerRequest(load.kind)) / load.kind.rateHz;
  const answerIntervalMs = (intervalMs * load.requestsPerAnswer) / load.requestsAtOnce;
  // At least one answer of every client falls into it.
  const measureMs = Math.max(MEASURE_MS * scale, 1.1 * answerIntervalMs);
  const warmUpMs = WARM_UP_MS * Math.min(1, scale);
  let tally = new Tally();
  for (const stream of streams) {
    stream.load.onAnswer = (head) => {
      tally.answerMs.push(performance.now() - stream.askedMs);
      if (((stream.askedTime - timeIn(head)) | 0) < 0) tally.lateCount += 1;
      stream.askedMs = Number.NaN;
    };
  }
  const sending = sendInTime(streams, load, intervalMs, warmUpMs + measureMs, () => tally);
  await sleep(warmUpMs);
  const before = await server.usage();
  const startMs = performance.now();
  tally = new Tally();
  await sending;
  const elapsedMs = performance.now() - startMs;
  const after = await server.usage();
  await sleep(LAST_ANSWERS_MS);
  const missingCount = streams.filter(({ askedMs }) => !Number.isNaN(askedMs)).length;
  for (const stream of streams) stream.load.close();
  const cpuMs = after.cpuMs - before.cpuMs;
  return {
    cpuShare: cpuMs / elapsedMs,
    cpuUsPerRequest: (1_000 * cpuMs) / tally.requestCount,
    lateCount: tally.lateCount + missingCount,
    answerCount: tally.answerMs.length,
    answerP99Ms: quantile(tally.answerMs, 0.99),
    generatorLateMs: tally.generatorLateMs,
  };
}

/** The streams take turns, evenly over the interval in which each of them sends once. */
function sendInTime(
  streams: readonly Stream[],
  load: StreamLoad,
  intervalMs: number,
  durationMs: number,
  tally: () => Tally,
): Promise<void> {
  const startMs = performance.now();
  let turn = 0;
  const dueMs = () => startMs + (turn * intervalMs) / streams.length;
  return new Promise((resolve) => {
    const sendDue = () => {
      const nowMs = performance.now();
      if (nowMs >= startMs + durationMs) {
        resolve();
        return;
      }
      for (; dueMs() <= nowMs; turn += 1) {
        const current = tally();
        current.generatorLateMs = Math.max(current.generatorLateMs, nowMs - dueMs());
        current.requestCount += load.requestsAtOnce;
        const stream = streams[turn % streams.length];
        if (stream) send(stream, load, nowMs);
      }
      setTimeout(sendDue, dueMs() - performance.now());
    };
    sendDue();
  });
}

async function openStreams(
  load: StreamLoad,
  gateway: ServerProcess,
  deviceOf: (stream: number) => DeviceIndex,
): Promise<Stream[]> {
  const { kind, clientCount } = load;
  const streams: Stream[] = [];
  let now = 0;
  while (streams.length < clientCount) {
    const client = await openClient(gateway.tcp, deviceOf(streams.length));
    now = await timeOf(client);
    streams.push(streamOf(client.load, requestsAtOnce(load, client.context)));
  }
  const intervalFrames = load.requestsAtOnce * framesPerRequest(kind);
  for (const [i, stream] of streams.entries()) {
    const offsetFrames = Math.round((i * intervalFrames) / clientCount);
    stream.nextTime = now + load.secondsAhead * kind.rateHz + offsetFrames;
  }
  return streams;
}

function streamOf(load: LoadClient, bytes: Uint8Array<ArrayBuffer>): Stream {
  return { load, bytes, nextTime: 0, sentCount: 0, askedMs: Number.NaN, askedTime: 0 };
}

function requestsAtOnce(load: StreamLoad, context: ContextId): Uint8Array<ArrayBuffer> {
  const one = playRequest(load.kind, { context });
  const bytes = new Uint8Array(load.requestsAtOnce * one.length);
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
  return bytes;
}

function send(stream: Stream, load: StreamLoad, nowMs: number): void {
  const { bytes } = stream;
  const requestBytes = bytes.length / load.requestsAtOnce;
  for (let at = 0; at < bytes.length; at += requestBytes) {
    stream.sentCount += 1;
    const isAnswered = stream.sentCount % load.requestsPerAnswer === 0;
    setStartTime(bytes, at, stream.nextTime >>> 0);
    bytes[at + 1] = isAnswered ? 0 : NO_TIME_REPLY;
    if (isAnswered) {
      stream.askedMs = nowMs;
      stream.askedTime = stream.nextTime;
    }
    stream.nextTime += framesPerRequest(load.kind);
  }
  stream.load.send(bytes);
}

function framesPerRequest({ encoding, channelCount, sampleBytes }: SoundKind): number {
  return sampleBytes / (channelCount * (encoding === 'LIN16' ? 2 : 1));
}
