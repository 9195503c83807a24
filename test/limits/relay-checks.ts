// For each bound of pages, what happens to one that goes past it. Named as the rows of the table.
import { expect } from 'vitest';
import { TELLINGS_PER_SECOND } from '#server/relay/paced-telling';
import {
  COSTLY_PER_SECOND,
  HELLO_MS,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_TEXTS,
  VANISHED_MS,
} from '#server/relay/page';
import { MAX_GAP_MS } from '#server/relay/speaker';
import { KeyTones, MAX_WAITING_KEYS } from '#server/telephone/key-tones';
import type { relayBounds } from '#server/wiring/bounds/relay';
import { webDoors } from '#server/wiring/web-doors';
import { deviceTime } from '#shared/audio/time';
import { closeCodes } from '#shared/relay/close-codes';
import {
  encodeFrame,
  type FrameHeader,
  MAX_MESSAGE_BYTES,
  RELAY_VERSION,
} from '#shared/relay/frame';
import { MAX_TELEPHONES } from '#shared/relay/telephone';
import { type FakePage, type RelayBench, relayBench } from '#test/server/relay/relay-bench';
import { FakeTime } from '#test/support/fake-time';

const hello = { type: 'hello', version: RELAY_VERSION, pageName: 'x' } as const;

/** What a page says is taken as text, because its types would not let it. */
function sayAnything(page: FakePage, message: object): void {
  page.receiver?.text(JSON.stringify(message));
}

function expectMalformed(...messages: readonly object[]): void {
  for (const message of messages) {
    const { open } = relayBench();
    const [page, other] = [open(), open()];
    sayAnything(page, message);
    expect(page.closedWith?.code, JSON.stringify(message)).toBe(closeCodes.malformed);
    expect(page.take('refused')).toHaveLength(1);
    expect(other.closedWith).toBe(undefined);
  }
}

function expectRefused(bench: RelayBench, ...messages: readonly object[]): void {
  const page = bench.open();
  for (const message of messages) {
    sayAnything(page, message);
    expect(page.take('refused')[0]?.code, JSON.stringify(message)).toBe('refused');
  }
  expect(page.closedWith).toBe(undefined);
}

const RATE_HZ = 8_000;
const FRAMES = 80;

/** A page that speaks on the codec, and frames of its microphone. */
function speaking(bench = relayBench()) {
  const page = bench.open();
  const device = bench.numberOf('codec');
  page.say({ type: 'speak', device, rateHz: RATE_HZ, channelCount: 1 });
  const frame = (header: Partial<FrameHeader> = {}, byteCount = 2 * FRAMES) =>
    encodeFrame(
      {
        ...{ kind: 'heard', flags: 0, device, encoding: 'LIN16', channelCount: 1 },
        ...{ frameCount: FRAMES, sequence: 0, startTime: deviceTime(0), senderMicroseconds: 0 },
        ...header,
      } as FrameHeader,
      new Uint8Array(byteCount).fill(7),
    );
  return { ...bench, page, device, frame };
}

function expectBadFrame(
  code: number,
  change: (frame: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
) {
  const { page, frame } = speaking();
  page.receiver?.binary(frame());
  expect(page.closedWith).toBe(undefined);
  page.receiver?.binary(change(frame()));
  expect(page.closedWith?.code).toBe(code);
}

/** A page that listens while a device plays. */
function listening() {
  const bench = relayBench();
  const page = bench.open();
  page.say({ type: 'listen', device: bench.numberOf('hifi'), frameMs: 20 });
  const hifi = bench.device('hifi');
  const play = () => {
    const samples = new Int16Array(2 * 4 * 48_000).fill(1_000);
    hifi.play(hifi.nowFrame(), samples, 4 * 48_000 - 4_800, { preempt: true, gainDb: 0 });
  };
  play();
  return { ...bench, page, play };
}

type Checks = Readonly<Record<keyof typeof relayBounds, () => void | Promise<void>>>;

export const relayChecks: Checks = {
  pages() {
    const { open, connect } = relayBench({ pages: 1 });
    open();
    expect(connect().closedWith?.code).toBe(closeCodes.tooMany);
  },

  helloTime() {
    const { connect, time } = relayBench();
    const page = connect();
    time.advance(HELLO_MS - 1);
    expect(page.closedWith).toBe(undefined);
    time.advance(1);
    expect(page.closedWith?.code).toBe(closeCodes.malformed);
  },

  messageBytes() {
    const doors = webDoors({} as never, {} as never, () => false);
    expect(doors['/relay']?.maxMessageBytes).toBe(MAX_MESSAGE_BYTES);
    const { open } = relayBench();
    const page = open();
    page.receiver?.text(JSON.stringify({ ...hello, pageName: 'x'.repeat(MAX_MESSAGE_BYTES) }));
    expect(page.closedWith?.code).toBe(closeCodes.malformed);
  },

  messageRate() {
    const { open } = relayBench({ pageMessagesPerSecond: 50 });
    for (const kind of ['ping', 'pong'] as const) {
      const page = open();
      for (let i = 0; i < 49; i += 1) page.receiver?.[kind]();
      expect(page.closedWith).toBe(undefined);
      page.receiver?.[kind]();
      expect(page.closedWith?.code).toBe(closeCodes.tooMany);
    }
  },

  json() {
    expectMalformed({}, { type: 'none' }, { type: 'toString' }, { type: 7 }, [], { type: 'sync' });
    const { open } = relayBench();
    for (const text of ['', 'null', '{', '['.repeat(60_000), '{"type":"hello"}']) {
      const page = open();
      page.receiver?.text(text);
      expect(page.closedWith?.code).toBe(closeCodes.malformed);
    }
  },

  version() {
    const page = relayBench().connect();
    sayAnything(page, { ...hello, version: RELAY_VERSION + 1 });
    expect(page.closedWith?.code).toBe(closeCodes.version);
    expectBadFrame(closeCodes.version, (frame) => frame.fill(RELAY_VERSION + 1, 0, 1));
  },

  pageName() {
    const page = relayBench().connect();
    sayAnything(page, { ...hello, pageName: 'x'.repeat(257) });
    expect(page.closedWith?.code).toBe(closeCodes.malformed);
  },

  deviceNumber() {
    for (const device of [-1, 256, 1.5, 1e300, '1', null]) {
      expectMalformed(
        { type: 'listen', device, frameMs: 20 },
        { type: 'unlisten', device },
        { type: 'speak', device, rateHz: RATE_HZ, channelCount: 1 },
        { type: 'unspeak', device },
        { type: 'change', device, inputMask: 1 },
        { type: 'report', device },
      );
    }
  },

  missingDevice() {
    const bench = relayBench();
    expectRefused(
      bench,
      { type: 'listen', device: 200, frameMs: 20 },
      { type: 'speak', device: 200, rateHz: RATE_HZ, channelCount: 1 },
      { type: 'change', device: 200, inputMask: 1 },
    );
    const { page, frame } = speaking();
    page.receiver?.binary(frame({ device: 200 }));
    expect(page.closedWith).toBe(undefined);
  },

  frameLength: () =>
    expectMalformed(
      { type: 'listen', device: 1, frameMs: 0 },
      { type: 'listen', device: 1, frameMs: 15 },
      { type: 'listen', device: 1, frameMs: 1e9 },
    ),

  listenerLag() {
    const { page, time } = listening();
    time.advance(100);
    page.queuedByteCount = 192 * 320;
    const { length } = page.sentFrames;
    time.advance(100);
    expect(page.sentFrames).toHaveLength(length);
    page.queuedByteCount = 0;
    time.advance(100);
    expect(page.frames[length]?.header.flags).toBe(1);
  },

  stalledListener() {
    const { page, time, play } = listening();
    time.advance(100);
    page.queuedByteCount = 1e6;
    time.advance(3_000);
    play();
    time.advance(2_500);
    expect(page.closedWith?.code).toBe(closeCodes.tooSlow);
  },

  unreadAnswers() {
    const { open, time } = relayBench();
    const page = open();
    const other = open();
    page.queuedByteCount = MAX_QUEUED_BYTES + 1;
    other.queuedTextCount = MAX_QUEUED_TEXTS + 1;
    time.advance(500);
    for (const { closedWith } of [page, other]) expect(closedWith?.code).toBe(closeCodes.tooSlow);
  },

  vanished() {
    const { open, time } = relayBench();
    const page = open();
    page.answers = false;
    time.advance(2 * VANISHED_MS);
    expect(page.closedWith?.code).toBe(closeCodes.vanished);
  },

  speakers() {
    const bench = relayBench({ speakersPerPage: 1 });
    const { page } = speaking(bench);
    page.say({ type: 'speak', device: bench.numberOf('hifi'), rateHz: RATE_HZ, channelCount: 1 });
    expect(page.take('refused')[0]?.message).toContain('1 devices');
  },

  speakersOpened() {
    const { page, device, time } = speaking();
    const speak = { type: 'speak', device, rateHz: 44_100, channelCount: 1 } as const;
    const call = { type: 'call', device } as const;
    time.advance(1_000);
    for (let i = 0; i < COSTLY_PER_SECOND; i += 1) page.say(i % 2 ? speak : call);
    expect(page.closedWith).toBe(undefined);
    page.say(call);
    expect(page.closedWith?.code).toBe(closeCodes.tooMany);
  },

  speakerFormat() {
    const speak = { type: 'speak', device: 1, rateHz: RATE_HZ, channelCount: 1 };
    expectMalformed(
      ...[0, 3_999, 192_001, 1e12].map((rateHz) => ({ ...speak, rateHz })),
      ...[0, 9, -1, 1e9].map((channelCount) => ({ ...speak, channelCount })),
    );
  },

  frame() {
    const { frame } = speaking();
    for (const wrong of [
      frame({ kind: 'played' }),
      frame({ channelCount: 2 }, 4 * FRAMES),
      frame({ encoding: 'ALAW' }, FRAMES),
      frame({ encoding: 'LPC10' }, 0),
      frame({ frameCount: 4 }),
      frame().subarray(0, 23),
      new Uint8Array(0),
    ]) {
      expectBadFrame(closeCodes.malformed, () => wrong);
    }
  },

  frameFrames() {
    // A tenth of a second, and one more.
    const frameCount = RATE_HZ / 10 + 1;
    const { frame } = speaking();
    expectBadFrame(closeCodes.malformed, () => frame({ frameCount }, 2 * frameCount));
  },

  frameGap() {
    const { page, frame, time, relay } = speaking();
    page.receiver?.binary(frame());
    time.advance(10);
    const farFrames = (2 * MAX_GAP_MS * RATE_HZ) / 1_000;
    for (const startTime of [farFrames, 0, 0xffff_0000]) {
      page.receiver?.binary(frame({ startTime: deviceTime(startTime) }));
      expect(relay.speakers()[0]?.headroomMs).toBeLessThan(400);
    }
    expect(relay.speakers()[0]?.lostFrameCount).toBe(3);
  },

  spokenAhead() {
    const { page, frame, relay } = speaking(relayBench({ pageMessagesPerSecond: 10_000 }));
    // Ten seconds at once.
    for (let i = 0; i < 1_000; i += 1) {
      page.receiver?.binary(frame({ startTime: deviceTime(i * FRAMES), sequence: i }));
    }
    expect(page.closedWith).toBe(undefined);
    expect(relay.speakers()[0]?.headroomMs).toBeLessThan(650);
  },

  gain: () =>
    expectMalformed(
      { type: 'change', device: 1, inputGainDb: 101 },
      { type: 'change', device: 1, outputGainDb: -101 },
      { type: 'change', device: 1, outputGainDb: 0.5 },
    ),

  deviceSettings() {
    const bench = relayBench();
    const device = bench.numberOf('hifi');
    expectRefused(
      bench,
      { type: 'change', device, inputGainDb: 25 },
      { type: 'change', device, outputGainDb: -71 },
      ...['inputMask', 'outputMask', 'passThroughMask'].map((mask) => ({
        ...{ type: 'change', device },
        [mask]: 2 ** 32,
      })),
    );
  },

  tellings() {
    const { open, device, time } = relayBench();
    const [one, other] = [open(), open()];
    for (let i = 0; i < 1_000; i += 1) device('hifi').outputGain.change(-(i % 70));
    expect(other.take('settings')).toHaveLength(TELLINGS_PER_SECOND);
    time.advance(50);
    expect(other.take('settings').map(({ settings }) => settings.outputGain.gainDb)).toEqual([-19]);
    for (let i = 0; i < 150; i += 1) one.say({ type: 'sync', latencyMs: 1 + (i % 70) });
    expect(one.take('sync')).toHaveLength(TELLINGS_PER_SECOND);
    time.advance(50);
    expect(one.take('sync').map(({ latencyMs }) => latencyMs)).toEqual([10]);
  },

  telephoneNumber: () =>
    expectMalformed(
      { type: 'telephone', device: 0, number: '1'.repeat(17) },
      { type: 'telephone', device: 0, number: '1*' },
    ),

  telephones() {
    const { open, numberOf } = relayBench({ pages: 1_000 });
    const device = numberOf('phone');
    for (let i = 0; i < MAX_TELEPHONES; i += 1) {
      open().say({ type: 'telephone', device, number: String(1_000 + i) });
    }
    const last = open();
    last.say({ type: 'telephone', device, number: '9' });
    expect(last.take('refused')[0]?.message).toContain(`${MAX_TELEPHONES} numbers`);
    last.say({ type: 'telephone', device, number: '1000' });
    expect(last.take('refused')).toHaveLength(1);
  },

  telephoneLine() {
    const bench = relayBench();
    const device = bench.numberOf('hifi');
    expectRefused(
      bench,
      { type: 'telephone', device, number: '1' },
      { type: 'call', device },
      { type: 'answer', device },
      { type: 'hangUp', device },
      { type: 'key', device, digit: '1', isDown: true },
    );
  },

  key: () =>
    expectMalformed(
      { type: 'key', device: 0, digit: 'E', isDown: true },
      { type: 'key', device: 0, digit: '11', isDown: true },
    ),

  waitingKeys() {
    const time = new FakeTime();
    const pressed: string[] = [];
    const keys = new KeyTones({
      ...{ timers: time, clock: time },
      line: { dtmf: (digit: string, isDown: boolean) => isDown && pressed.push(digit) } as never,
      tone: { play() {}, stop() {} },
    });
    for (let i = 0; i < 1_000; i += 1) keys.press('5');
    keys.release('5');
    time.advance(60_000);
    // And the one that sounded at once.
    expect(pressed).toHaveLength(MAX_WAITING_KEYS + 1);
    expect(time.pendingTimerCount).toBe(0);
  },

  syncLatency: () =>
    expectMalformed({ type: 'sync', latencyMs: -1 }, { type: 'sync', latencyMs: 5_001 }),
};
