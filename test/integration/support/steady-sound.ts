// Sound that can be checked sample for sample wherever it is heard: what is played at a device time is a
// function of that time, so that whoever hears it knows what it must be, without knowing who else does.
import { advance, difference } from '#shared/audio/time';
import type { Connection, Context, DeviceTime } from '#shared/client/index';
import { frameFlags } from '#shared/relay/frame';
import { openPage, type TestPage } from '#test/support/web-socket-client';
import { openClient } from './clients.ts';
import type { RunningTest } from './running-test.ts';

export const HIFI = 2;
export const RATE_HZ = 48_000;
const CHANNEL_COUNT = 2;
const FRAME_BYTES = 2 * CHANNEL_COUNT;
/** How far ahead of the device's time it is played, so that this process may stall for a while. */
const AHEAD_FRAMES = 2 * RATE_HZ;
const PIECE_FRAMES = RATE_HZ / 10;
const PACE_MS = 50;

/** Any time gives another sample than its neighbours, and none gives silence. */
function sampleAt(time: number): number {
  const mixed = Math.imul(time ^ (time >>> 15), 0x2c1b_3c6d);
  return ((mixed >>> 17) % 16_000) + 1;
}

/** Both channels alike. */
function steadySamples(startTime: DeviceTime, frameCount: number): Uint8Array<ArrayBuffer> {
  const samples = new Int16Array(frameCount * CHANNEL_COUNT);
  for (let frame = 0; frame < frameCount; frame++) {
    samples.fill(
      sampleAt(advance(startTime, frame)),
      frame * CHANNEL_COUNT,
      (frame + 1) * CHANNEL_COUNT,
    );
  }
  return new Uint8Array(samples.buffer);
}

/** How many frames are not what they must be. */
function wrongFrames(startTime: DeviceTime, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let wrongCount = 0;
  for (let frame = 0; frame < bytes.length / FRAME_BYTES; frame++) {
    const wanted = sampleAt(advance(startTime, frame));
    const isRight =
      view.getInt16(frame * FRAME_BYTES, true) === wanted &&
      view.getInt16(frame * FRAME_BYTES + 2, true) === wanted;
    if (!isRight) wrongCount += 1;
  }
  return wrongCount;
}

export interface SteadySound {
  readonly context: Context;
  /** Where the first sample lies. */
  readonly startTime: DeviceTime;
  /** How often it came too late. */
  readonly lateCount: () => number;
  stop(): Promise<void>;
}

/** A program that plays it on the best device until it is stopped. */
export async function playSteadySound(
  test: RunningTest,
  connection: Connection,
): Promise<SteadySound> {
  const context = await connection.createContext(HIFI);
  const startTime = advance(await context.getTime(), RATE_HZ / 5);
  let nextTime = startTime;
  let lateCount = 0;
  let isStopped = false;
  const playing = (async () => {
    while (!isStopped) {
      const now = await context.getTime();
      if (difference(nextTime, now) < 0) {
        lateCount += 1;
        nextTime = advance(now, RATE_HZ / 5);
      }
      while (difference(nextTime, now) < AHEAD_FRAMES) {
        await context.play({
          startTime: nextTime,
          samples: steadySamples(nextTime, PIECE_FRAMES),
        });
        nextTime = advance(nextTime, PIECE_FRAMES);
      }
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  })();
  // Whoever stops it hears of it; a test that ended for another reason does not.
  playing.catch(() => {});
  test.onTestFinished(() => {
    isStopped = true;
  });
  return {
    context,
    startTime,
    lateCount: () => lateCount,
    stop() {
      isStopped = true;
      return playing;
    },
  };
}

export interface SteadyListener {
  readonly page: TestPage;
  /** Looks at every frame since the last look, and forgets it. */
  look(): Heard;
}

export interface Heard {
  readonly frameCount: number;
  /** Frames that are not what was played at their time. */
  readonly wrongFrameCount: number;
  /** How often a message did not join the one before. */
  readonly gapCount: number;
  /** Behind the last frame that came. */
  readonly endTime: DeviceTime;
}

/** A page that listens to it, and has heard the first of it. */
async function listenToSteadySound(test: RunningTest, link: string): Promise<SteadyListener> {
  const page = await openPage(link);
  test.onTestFinished(() => page.webSocket.terminate());
  const { devices } = await page.next('devices');
  const device = devices.find(({ index }) => index === HIFI)?.number ?? 0;
  page.send({ type: 'listen', device, frameMs: 20 });
  await page.until(() => page.frames.length > 10);
  // It may have begun to listen before the sound did.
  page.frames.splice(0, 9);
  let expectedTime: DeviceTime | undefined;
  let endTime = 0 as DeviceTime;
  return {
    page,
    look() {
      let [frameCount, wrongFrameCount, gapCount] = [0, 0, 0];
      for (const { frame } of page.frames.splice(0)) {
        const { header, samples } = frame;
        const isJoined = expectedTime === undefined || header.startTime === expectedTime;
        const isCut = (header.flags & frameFlags.discontinuity) !== 0 && expectedTime !== undefined;
        if (!isJoined || isCut) gapCount += 1;
        frameCount += header.frameCount;
        wrongFrameCount += wrongFrames(header.startTime, samples);
        expectedTime = advance(header.startTime, header.frameCount);
        endTime = expectedTime;
      }
      return { frameCount, wrongFrameCount, gapCount, endTime };
    },
  };
}

/** Sound that goes on, a page that hears it, and connections that end with the test. */
export async function steadyGateway(
  test: RunningTest,
  { serverNumber, httpPort }: { readonly serverNumber: number; readonly httpPort: number },
) {
  const link = `http://127.0.0.1:${httpPort}/`;
  const connection = await openClient(serverNumber);
  test.onTestFinished(() => connection.abort());
  const sound = await playSteadySound(test, connection);
  const listener = await listenToSteadySound(test, link);
  return { link, connection, sound, listener };
}
