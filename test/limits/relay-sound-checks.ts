// Past the bounds of pages that listen and speak. Named as the rows of the table.
import { expect } from 'vitest';
import { COSTLY_PER_SECOND } from '#server/relay/page';
import { MAX_GAP_MS } from '#server/relay/speaker';
import { deviceTime } from '#shared/audio/time';
import { closeCodes } from '#shared/relay/close-codes';
import { relayBench } from '#test/server/relay/relay-bench';
import { expectBadFrame, expectMalformed, FRAMES, RATE_HZ, speaking } from './relay-bench.ts';

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

export const soundChecks = {
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

  syncLatency: () =>
    expectMalformed({ type: 'sync', latencyMs: -1 }, { type: 'sync', latencyMs: 5_001 }),
};
