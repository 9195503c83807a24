// The process of the pages: 50 that listen and check what they hear, and the microphones. Each is a WebSocket
// as a browser would open it.
import { WebSocket } from 'ws';
import { deviceTime } from '#shared/audio/time';
import { parseGatewayMessage } from '#shared/relay/control';
import { decodeFrame, encodeFrame, frameFlags, RELAY_VERSION } from '#shared/relay/frame';
import { KnownSound, knownDevices, roomDevices, SPOKEN_AMPLITUDE, SPOKEN_HZ } from './sounds.ts';
import { answerWith } from './worker.ts';

const [httpPort = ''] = process.argv.slice(2);

const LISTENERS = 50;
/** As much as a page holds back: a frame that comes later than this after the fastest was not heard. */
const HELD_BACK_MS = 120;
/** The fastest frame of so many is what others are compared with, since clocks drift. */
const FASTEST_OF_FRAMES = 3_000;
const MICROPHONE_RATES_HZ = [48_000, 44_100, 48_000, 16_000, 48_000];
const SPOKEN_FRAME_MS = 20;
const LOOK_EVERY_MS = 5;

const tally = {
  pages: 0,
  heardFrames: 0,
  wrongFrames: 0,
  lostFrames: 0,
  discontinuities: 0,
  underruns: 0,
  spokenFrames: 0,
  endedPages: 0,
};

const sounds = new Map(knownDevices.map((device) => [device.name, new KnownSound(device)]));

interface Page {
  readonly socket: WebSocket;
  /** The number of the device of that name. */
  readonly deviceNumber: number;
}

/** Says hello and waits until it knows the device. */
function openPage(pageName: string, deviceName: string): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/relay`, { perMessageDeflate: false });
  socket.on('close', (code, reason) => {
    tally.endedPages += 1;
    console.error(`${pageName} was ended with ${code}: ${reason}`);
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      tally.pages += 1;
      socket.send(JSON.stringify({ type: 'hello', version: RELAY_VERSION, pageName }));
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return;
      const message = parseGatewayMessage(data.toString());
      if (message.type !== 'devices') return;
      const found = message.devices.find(({ name }) => name === deviceName);
      if (found === undefined) reject(new Error(`There is no device ${deviceName}.`));
      else resolve({ socket, deviceNumber: found.number });
    });
  });
}

async function openListener(index: number): Promise<void> {
  const device = knownDevices[index % knownDevices.length];
  const sound = device && sounds.get(device.name);
  if (device === undefined || sound === undefined) return;
  const frameMs = index % 5 === 0 ? 10 : 20;
  const { socket, deviceNumber } = await openPage(`listener ${index}`, device.name);
  const timing = new FrameTiming();
  let expectedTime: number | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    const { header, samples } = decodeFrame(new Uint8Array(data));
    const { startTime, frameCount, flags } = header;
    tally.heardFrames += 1;
    if (timing.isLate((startTime * 1_000) / device.rateHz)) tally.underruns += 1;
    if (expectedTime !== undefined) {
      if ((flags & frameFlags.discontinuity) !== 0) tally.discontinuities += 1;
      else if (startTime !== expectedTime) tally.lostFrames += 1;
    }
    expectedTime = deviceTime(startTime + frameCount);
    if (!sound.isHeard(startTime, samples)) tally.wrongFrames += 1;
  });
  socket.send(JSON.stringify({ type: 'listen', device: deviceNumber, frameMs }));
  setInterval(() => {
    const report = {
      type: 'report',
      device: deviceNumber,
      bufferedMs: HELD_BACK_MS,
      latencyMs: 150,
    };
    const counts = { underrunCount: 0, droppedFrameCount: 0, driftPpm: 0 };
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ ...report, ...counts }));
  }, 1_000);
}

/** Tells frames that came too late from the way that the fastest of the last ones had. */
class FrameTiming {
  #fastestMs = Number.POSITIVE_INFINITY;
  #nextFastestMs = Number.POSITIVE_INFINITY;
  #frameCount = 0;

  isLate(spokenMs: number): boolean {
    const wayMs = performance.now() - spokenMs;
    this.#fastestMs = Math.min(this.#fastestMs, wayMs);
    this.#nextFastestMs = Math.min(this.#nextFastestMs, wayMs);
    this.#frameCount += 1;
    if (this.#frameCount % FASTEST_OF_FRAMES === 0) {
      this.#fastestMs = this.#nextFastestMs;
      this.#nextFastestMs = Number.POSITIVE_INFINITY;
    }
    return wayMs - this.#fastestMs > HELD_BACK_MS;
  }
}

async function openMicrophone(deviceName: string, rateHz: number): Promise<void> {
  const { socket, deviceNumber } = await openPage(`microphone in ${deviceName}`, deviceName);
  socket.send(JSON.stringify({ type: 'speak', device: deviceNumber, rateHz, channelCount: 1 }));
  const frameCount = (rateHz * SPOKEN_FRAME_MS) / 1_000;
  // A whole number of periods, so that every frame is the same.
  const samples = new Uint8Array(2 * frameCount);
  const view = new DataView(samples.buffer);
  for (let i = 0; i < frameCount; i += 1) {
    const phase = (2 * Math.PI * SPOKEN_HZ * i) / rateHz;
    view.setInt16(2 * i, Math.round(SPOKEN_AMPLITUDE * Math.sin(phase)), true);
  }
  const startMs = performance.now();
  let sequence = 0;
  setInterval(() => {
    for (;;) {
      const lateMs = performance.now() - (startMs + (sequence + 1) * SPOKEN_FRAME_MS);
      if (lateMs < 0 || socket.readyState !== socket.OPEN) return;
      tally.spokenFrames += 1;
      const header = {
        kind: 'heard',
        flags: 0,
        device: deviceNumber,
        encoding: 'LIN16',
        channelCount: 1,
        frameCount,
        sequence: sequence >>> 0,
        startTime: deviceTime(sequence * frameCount),
        senderMicroseconds: Math.floor(performance.now() * 1_000),
      } as const;
      socket.send(encodeFrame(header, samples));
      sequence += 1;
    }
  }, LOOK_EVERY_MS);
}

async function openAll(): Promise<void> {
  for (const [index, device] of roomDevices.entries()) {
    await openMicrophone(device, MICROPHONE_RATES_HZ[index] ?? 48_000);
  }
  for (let index = 0; index < LISTENERS; index += 1) await openListener(index);
}

answerWith(openAll(), () => ({ ...tally }));
