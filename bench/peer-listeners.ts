// Servers that send one 48 kHz stereo stream to many listeners, and the listeners, which read what comes and
// count it: the gateway's relay, and snapserver.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { RELAY_VERSION } from '#shared/relay/frame';
import { cpuMsOf, startProgram } from './peer-process.ts';
import { devices, openClient, samplesOf, setStartTime, timeOf } from './server-client.ts';
import { sleep } from './server-pace.ts';
import { freePort, startGateway } from './server-process.ts';
import { playRequest, stereo } from './server-throughput.ts';

const FRAME_MS = 20;
const START_MS = 1_500;
const SETTLE_MS = 2_000;
const NOISE_SECONDS = 120;
const STEREO_BYTES_PER_SECOND = 4 * 48_000;

export interface Listened {
  readonly cpuShare: number;
  /** Part of the bytes of sound that all listeners should have had. */
  readonly gotShare: number;
}

export interface Sender {
  readonly name: string;
  /** Programs that must be there. */
  readonly programs: readonly string[];
  measure(listenerCount: number, measureMs: number): Promise<Listened>;
}

export const senders: readonly Sender[] = [
  { name: 'gateway', programs: [], measure: measureGateway },
  { name: 'snapserver', programs: ['snapserver'], measure: measureSnapserver },
];

interface Listener {
  close(): void;
}

async function measure(
  listenerCount: number,
  measureMs: number,
  pids: readonly number[],
  listen: (got: (byteCount: number) => void) => Promise<Listener>,
): Promise<Listened> {
  let gotBytes = 0;
  const listeners: Listener[] = [];
  while (listeners.length < listenerCount) {
    listeners.push(
      await listen((byteCount) => {
        gotBytes += byteCount;
      }),
    );
  }
  await sleep(SETTLE_MS);
  gotBytes = 0;
  const [before, startMs] = [cpuMsOf(pids), performance.now()];
  await sleep(measureMs);
  const elapsedMs = performance.now() - startMs;
  const cpuShare = (cpuMsOf(pids) - before) / elapsedMs;
  const wantedBytes = (listenerCount * STEREO_BYTES_PER_SECOND * elapsedMs) / 1_000;
  for (const listener of listeners) listener.close();
  return { cpuShare, gotShare: gotBytes / wantedBytes };
}

async function measureGateway(listenerCount: number, measureMs: number): Promise<Listened> {
  const gateway = await startGateway(['--limits-pages', String(listenerCount + 1)]);
  const client = await openClient(gateway.tcp, devices.hifi);
  const request = playRequest(stereo, client);
  const requestFrames = stereo.sampleBytes / 4;
  let nextTime = (await timeOf(client)) + 48_000;
  const startMs = performance.now();
  let sentFrames = 0;
  const playing = setInterval(() => {
    for (; sentFrames < (performance.now() - startMs) * 48; sentFrames += requestFrames) {
      setStartTime(request, 0, nextTime >>> 0);
      client.load.send(Uint8Array.from(request));
      nextTime += requestFrames;
    }
  }, 40);
  const url = `${gateway.page.replace(/^http/, 'ws')}relay`;
  const listened = await measure(listenerCount, measureMs, [gateway.pid], (got) =>
    listenToRelay(url, got),
  );
  clearInterval(playing);
  client.load.close();
  await gateway.stop();
  return listened;
}

function listenToRelay(url: string, got: (byteCount: number) => void): Promise<Listener> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) got(data.length);
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      const hello = { type: 'hello', version: RELAY_VERSION, pageName: 'bench' };
      socket.send(JSON.stringify(hello));
      socket.send(JSON.stringify({ type: 'listen', device: devices.hifi, frameMs: FRAME_MS }));
      resolve({ close: () => socket.terminate() });
    });
  });
}

async function measureSnapserver(listenerCount: number, measureMs: number): Promise<Listened> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peer-'));
  const noise = path.join(folder, 'noise.raw');
  const configuration = path.join(folder, 'snapserver.conf');
  const port = await freePort();
  writeFileSync(noise, samplesOf(NOISE_SECONDS * STEREO_BYTES_PER_SECOND));
  writeFileSync(
    configuration,
    [
      '[server]',
      `datadir = ${folder}`,
      '[http]',
      'enabled = false',
      '[tcp]',
      'enabled = false',
      '[stream]',
      'bind_to_address = 127.0.0.1',
      `port = ${port}`,
      `source = file://${noise}?name=noise&sampleformat=48000:16:2&codec=pcm&chunk_ms=${FRAME_MS}`,
      'codec = pcm',
      `chunk_ms = ${FRAME_MS}`,
      '[logging]',
      'sink = null',
    ].join('\n'),
  );
  const server = startProgram('snapserver', ['-c', configuration], { HOME: folder });
  await sleep(START_MS);
  const listened = await measure(listenerCount, measureMs, [server.pid], (got) =>
    listenToSnapserver(port, got),
  );
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  return listened;
}

/** Its greeting, as clients of its protocol send it: a header of 26 bytes, and JSON with its length before it. */
function greeting(id: number): Buffer {
  const text = JSON.stringify({
    Arch: 'x86_64',
    ClientName: 'Snapclient',
    HostName: `bench-${id}`,
    ID: `bench-${id}`,
    Instance: 1,
    MAC: '00:00:00:00:00:00',
    OS: 'Linux',
    SnapStreamProtocolVersion: 2,
    Version: '0.26.0',
  });
  const message = Buffer.alloc(26 + 4 + text.length);
  message.writeUInt16LE(5, 0);
  message.writeUInt32LE(4 + text.length, 22);
  message.writeUInt32LE(text.length, 26);
  message.write(text, 30);
  return message;
}

let lastListener = 0;

function listenToSnapserver(port: number, got: (byteCount: number) => void): Promise<Listener> {
  lastListener += 1;
  const id = lastListener;
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.write(greeting(id));
      resolve({ close: () => socket.destroy() });
    });
    socket.on('data', (chunk) => got(chunk.length));
    socket.on('error', reject);
  });
}
