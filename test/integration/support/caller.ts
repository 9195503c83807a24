// A page with a telephone, without a browser: it calls a gateway's line or is called, hears every sample, and
// speaks in tones.
import { codecFor } from '#shared/audio/encodings/codecs';
import { createDecoder16 } from '#shared/audio/encodings/linear-coders';
import { difference } from '#shared/audio/time';
import type { DeviceListing } from '#shared/relay/control';
import { openPage, type TestPage } from '#test/support/web-socket-client';
import { openMicrophone } from './microphone.ts';
import type { RunningTest } from './running-test.ts';

const CALLER_RATE_HZ = 8_000;
const AMPLITUDE = 8_000;

interface Utterance {
  readonly frequencyHz: number;
  leftFrames: number;
  said(): void;
}

/** Listens to the line from the beginning. The connection ends with the test. */
export async function openCaller(test: RunningTest, link: string) {
  const page = await openPage(link);
  test.onTestFinished(() => page.webSocket.terminate());
  const { devices } = await page.next('devices');
  const device = devices.find(({ name }) => name === 'phone');
  if (device === undefined) throw new Error('There is no telephone.');
  page.send({ type: 'listen', device: device.number, frameMs: 20 });

  return {
    page,
    device: device.number,
    call: () => page.send({ type: 'call', device: device.number }),
    answer: () => page.send({ type: 'answer', device: device.number }),
    hangUp: () => page.send({ type: 'hangUp', device: device.number }),
    takeNumber: (number: string) => page.send({ type: 'telephone', device: device.number, number }),
    key(digit: string, isDown: boolean): void {
      page.send({ type: 'key', device: device.number, digit, isDown });
    },
    /** Resolves when the page's own call comes to that state. */
    async until(state: 'none' | 'calling' | 'ringing' | 'up'): Promise<void> {
      while ((await page.next('call')).state !== state);
    },
    /** Speaks from then on, mostly silence. */
    openMicrophone() {
      const voice = openVoice(page, device.number);
      test.onTestFinished(voice.close);
      return voice;
    },
    /** All that was heard so far, silence where nothing came. */
    heard: () => heardBy(page, device),
  };
}

export type Caller = Awaited<ReturnType<typeof openCaller>>;

function openVoice(page: TestPage, device: number) {
  const utterances: Utterance[] = [];

  function nextPiece(frameCount: number): Int16Array {
    const samples = new Int16Array(frameCount);
    const [utterance] = utterances;
    if (utterance === undefined) return samples;
    const count = Math.min(frameCount, utterance.leftFrames);
    for (let i = 0; i < count; i++) {
      const turns = (utterance.frequencyHz * utterance.leftFrames) / CALLER_RATE_HZ;
      samples[i] = Math.round(AMPLITUDE * Math.sin(2 * Math.PI * turns));
      utterance.leftFrames -= 1;
    }
    if (utterance.leftFrames === 0) utterances.shift()?.said();
    return samples;
  }

  const close = openMicrophone(page, { device, rateHz: CALLER_RATE_HZ }, (_, frameCount) =>
    nextPiece(frameCount),
  );
  return {
    /** Resolves when the last of it has been sent. */
    say: (frequencyHz: number, seconds: number) =>
      new Promise<void>((said) => {
        utterances.push({ frequencyHz, leftFrames: Math.round(seconds * CALLER_RATE_HZ), said });
      }),
    close,
  };
}

function heardBy(page: TestPage, device: DeviceListing): Int16Array {
  const frames = page.frames
    .map(({ frame }) => frame)
    .filter(({ header }) => header.device === device.number);
  const [first] = frames;
  const last = frames.at(-1);
  if (first === undefined || last === undefined) return new Int16Array(0);
  const placeOf = ({ header }: typeof first) =>
    difference(header.startTime, first.header.startTime);
  const heard = new Int16Array(placeOf(last) + last.header.frameCount);
  for (const frame of frames) {
    const { encoding, frameCount } = frame.header;
    const codec = codecFor(encoding);
    if (codec === undefined) throw new Error(`There is no decoder of ${encoding}.`);
    const samples = new Int16Array(frameCount);
    createDecoder16(codec, 1, frameCount).decode(frame.samples, samples, false);
    heard.set(samples, placeOf(frame));
  }
  return heard;
}
