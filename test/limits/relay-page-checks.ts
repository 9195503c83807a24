// Past the bounds of pages as such: how many, what they say and how often, what they leave unread. Named as the rows of the table.
import { expect } from 'vitest';
import { TELLINGS_PER_SECOND } from '#server/relay/paced-telling';
import { HELLO_MS, MAX_QUEUED_BYTES, MAX_QUEUED_TEXTS, VANISHED_MS } from '#server/relay/page';
import { webDoors } from '#server/wiring/web-doors';
import { closeCodes } from '#shared/relay/close-codes';
import { MAX_MESSAGE_BYTES, RELAY_VERSION } from '#shared/relay/frame';
import { relayBench } from '#test/server/relay/relay-bench';
import {
  expectBadFrame,
  expectMalformed,
  expectRefused,
  hello,
  RATE_HZ,
  sayAnything,
  speaking,
} from './relay-bench.ts';

export const pageChecks = {
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
};
