// Many clients that play in real time, each about a second ahead, as a program does that plays a file: what
// that costs the server, and whether anything comes late.
import type { DeviceTime } from '#shared/protocol/ids';
import {
  answeredTime,
  openClient,
  type PlayingClient,
  setStartTime,
  timeOf,
} from './server-client.ts';
import { type Pace, quantile, sleep } from './server-pace.ts';
import type { ServerProcess } from './server-process.ts';
import { playRequest, type SoundKind } from './server-throughput.ts';

const AHEAD_SECONDS = 1;
const WARM_UP_MS = 1_200;
const MEASURE_MS = 5_000;
const NO_TIME_REPLY = 4;

export interface StreamLoad {
  readonly name: string;
  readonly kind: SoundKind;
  readonly clientCount: number;
  /** Requests that a client sends at once; of these only the last is answered, as the library asks. */
  readonly requestsAtOnce: number;
  /** Of so many requests one is answered. */
  readonly requestsPerAnswer: number;
}

export interface StreamResult {
  readonly name: string;
  readonly clientCount: number;
  /** Of the server, in parts of one core. */
  readonly cpuShare: number;
  readonly cpuUsPerRequest: number;
  readonly requestsPerSecond: number;
  /** Answers whose play began after the time at which it should have been heard, and missing answers. */
  readonly lateCount: number;
  readonly answerCount: number;
  readonly answerP99Ms: number;
  /** How late the load generator itself was at worst. */
  readonly generatorLateMs: number;
}

interface Stream {
  readonly client: PlayingClient;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where its next request begins, as a time of the device that does not wrap. */
  nextTime: number;
  sentCount: number;
  /** When a request was sent whose answer has not come, and its start time. */
  askedMs: number;
  askedTime: number;
}

export async function measureStreams(
  load: StreamLoad,
  gateway: ServerProcess,
  { scale }: Pace,
): Promise<StreamResult> {
  const streams = await openStreams(load, gateway);
  const { kind, requestsAtOnce } = load;
  const framesAtOnce = requestsAtOnce * framesPerRequest(kind);
  const intervalMs = (1_000 * framesAtOnce) / kind.rateHz;
  const answerIntervalMs = (intervalMs * load.requestsPerAnswer) / requestsAtOnce;
  // At least one answer of every client falls into it.
  const measureMs = Math.max(MEASURE_MS * scale, 1.1 * answerIntervalMs);

  let isMeasuring = false;
  let requestCount = 0;
  let lateCount = 0;
  let generatorLateMs = 0;
  const answerMs: number[] = [];
  for (const stream of streams) {
    stream.client.load.onAnswer = (head) => {
      if (isMeasuring) {
        answerMs.push(performance.now() - stream.askedMs);
        if (((stream.askedTime - answeredTime(head)) | 0) < 0) lateCount += 1;
      }
      stream.askedMs = Number.NaN;
    };
  }

  const startMs = performance.now();
  let sentCount = 0;
  const dueMs = () => startMs + (sentCount * intervalMs) / streams.length;
  const endMs = startMs + WARM_UP_MS + measureMs;
  const sending = new Promise<void>((resolve) => {
    const sendDue = () => {
      const nowMs = performance.now();
      if (nowMs >= endMs) {
        resolve();
        return;
      }
      while (dueMs() <= nowMs) {
        if (isMeasuring) {
          generatorLateMs = Math.max(generatorLateMs, nowMs - dueMs());
          requestCount += requestsAtOnce;
        }
        const stream = streams[sentCount % streams.length];
        if (stream) send(stream, load, nowMs);
        sentCount += 1;
      }
      setTimeout(sendDue, dueMs() - performance.now());
    };
    sendDue();
  });

  await sleep(WARM_UP_MS);
  const before = await gateway.usage();
  const measuredFromMs = performance.now();
  isMeasuring = true;
  await sending;
  const elapsedMs = performance.now() - measuredFromMs;
  const after = await gateway.usage();
  await sleep(100);
  // An answer that has not come by now is later than any.
  lateCount += streams.filter(({ askedMs }) => !Number.isNaN(askedMs)).length;
  for (const { client } of streams) client.load.close();
  const cpuMs = after.cpuMs - before.cpuMs;
  return {
    name: load.name,
    clientCount: load.clientCount,
    cpuShare: cpuMs / elapsedMs,
    cpuUsPerRequest: (1_000 * cpuMs) / requestCount,
    requestsPerSecond: (1_000 * requestCount) / elapsedMs,
    lateCount,
    answerCount: answerMs.length,
    answerP99Ms: quantile(answerMs, 0.99),
    generatorLateMs,
  };
}

async function openStreams(load: StreamLoad, gateway: ServerProcess): Promise<Stream[]> {
  const { kind, clientCount, requestsAtOnce } = load;
  const streams: Stream[] = [];
  for (let i = 0; i < clientCount; i += 1) {
    const client = await openClient(gateway.tcp, kind.device);
    const one = playRequest(kind, client, true);
    const bytes = new Uint8Array(requestsAtOnce * one.length);
    for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
    streams.push({
      client,
      bytes,
      nextTime: 0,
      sentCount: 0,
      askedMs: Number.NaN,
      askedTime: 0,
    });
  }
  const intervalFrames = requestsAtOnce * framesPerRequest(kind);
  const [first] = streams;
  const now = first ? await timeOf(first.client) : 0;
  for (const [i, stream] of streams.entries()) {
    const offset = Math.round((i * intervalFrames) / clientCount);
    stream.nextTime = now + AHEAD_SECONDS * kind.rateHz + offset;
  }
  return streams;
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
      stream.askedTime = stream.nextTime as DeviceTime;
    }
    stream.nextTime += framesPerRequest(load.kind);
  }
  stream.client.load.send(bytes);
}

function framesPerRequest({ encoding, channelCount, sampleBytes }: SoundKind): number {
  return sampleBytes / (channelCount * (encoding === 'LIN16' ? 2 : 1));
}
