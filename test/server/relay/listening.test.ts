// What pages hear of a device: the same frames for all, policies for those who do not keep up, and silence.
import { describe, expect, it } from 'vitest';
import type { VirtualDevice } from '#server/devices/index';
import { muLawExpand16 } from '#shared/audio/encodings/mulaw';
import { closeCodes } from '#shared/relay/close-codes';
import { frameFlags } from '#shared/relay/frame';
import { MIXING, play, steady } from '#test/server/devices/device-setup';
import { type FakePage, relayBench } from './relay-bench.ts';

const { discontinuity, endOfSound } = frameFlags;

function listen(page: FakePage, device: number, frameMs: 10 | 20 = 20): void {
  page.say({ type: 'listen', device, frameMs });
}

/** Start and flags of each frame. */
function shape(page: FakePage) {
  return page.frames.map(({ header }) => [header.startTime, header.frameCount, header.flags]);
}

function playSeconds(device: VirtualDevice, seconds: number): void {
  const frameCount = seconds * device.rateHz;
  const samples = new Int16Array(frameCount * device.channelCount).fill(1_000);
  device.play(device.nowFrame(), samples, frameCount, MIXING);
}

describe('a page that listens', () => {
  it('hears frames of 20 ms or of 10 ms, as it asks, and the end of the sound', () => {
    const { open, device, time, numberOf } = relayBench();
    const number = numberOf('codec');
    const [long, short] = [open(), open()];
    listen(long, number, 20);
    listen(short, number, 10);
    play(device('codec'), 0, steady(500, 400));
    time.advance(200);
    expect(shape(short)).toEqual([
      [0, 80, discontinuity],
      [80, 80, 0],
      [160, 80, 0],
      [240, 80, 0],
      [320, 80, 0],
      [400, 0, endOfSound],
    ]);
    expect(shape(long)).toEqual([
      [0, 160, discontinuity],
      [160, 160, 0],
      [320, 80, endOfSound],
    ]);
  });

  it('is sent a frame in the very moment in which it ends', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'), 10);
    playSeconds(device('hifi'), 1);
    time.advance(9.9);
    expect(page.sentFrames).toHaveLength(0);
    time.advance(0.1);
    expect(page.sentFrames).toHaveLength(1);
    expect(page.frames[0]?.header.senderMicroseconds).toBe(Math.floor(time.nowMs() * 1_000));
  });

  it('gets samples in the device’s own encoding', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('codec'));
    listen(page, numberOf('right'));
    // Code 127 is a second zero, which nothing is encoded as.
    const codes = Array.from({ length: 160 }, (_, i) => (i < 127 ? i : i + 1));
    play(
      device('codec'),
      0,
      codes.map((code) => muLawExpand16[code] ?? 0),
    );
    play(device('right'), 0, [1, -2, 3]);
    time.advance(20);
    const [codec, right] = page.frames;
    expect(codec?.header).toMatchObject({ encoding: 'MU255', channelCount: 1, frameCount: 160 });
    expect([...(codec?.samples ?? [])]).toEqual(codes);
    expect(right?.header).toMatchObject({ encoding: 'LIN16', channelCount: 1, frameCount: 480 });
    expect([...(right?.samples.subarray(0, 8) ?? [])]).toEqual([1, 0, 0xfe, 0xff, 3, 0, 0, 0]);
  });

  it('shares each frame with all others, and begins cleanly when it joins in the middle', () => {
    const { open, device, time, numberOf } = relayBench();
    const number = numberOf('hifi');
    const early = [open(), open(), open()];
    for (const page of early) listen(page, number);
    playSeconds(device('hifi'), 1);
    time.advance(100);
    const late = [open(), open()];
    for (const page of late) listen(page, number);
    time.advance(100);
    const [first, second, third] = early.map(({ sentFrames }) => sentFrames);
    expect(first).toHaveLength(10);
    first?.forEach((message, i) => {
      expect(second?.[i]).toBe(message);
      expect(third?.[i]).toBe(message);
    });
    expect(late.map((page) => page.frames.map(({ header }) => header.flags))).toEqual([
      [discontinuity, 0, 0, 0, 0],
      [discontinuity, 0, 0, 0, 0],
    ]);
    // The one more that joiners need is built once for all of them; the rest is everybody's.
    expect(late[0]?.sentFrames[0]).toBe(late[1]?.sentFrames[0]);
    expect(late[0]?.sentFrames[1]).toBe(first?.[6]);
    expect(late[0]?.frames[0]?.header.sequence).toBe(5);
  });

  it('is sent nothing while there is silence, and no timer of the device runs', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('codec'));
    time.advance(5_000);
    expect(page.sentFrames).toHaveLength(0);
    // The relay looks around for pages that are gone; nothing else waits.
    expect(time.pendingTimerCount).toBe(1);
    play(device('codec'), device('codec').nowFrame(), steady(1, 80));
    time.advance(1_000);
    expect(page.frames.map(({ header }) => header.flags)).toEqual([discontinuity | endOfSound]);
    page.say({ type: 'unlisten', device: numberOf('codec') });
    play(device('codec'), device('codec').nowFrame(), steady(1, 80));
    time.advance(1_000);
    expect(page.sentFrames).toHaveLength(1);
    page.receiver?.closed();
    expect(time.pendingTimerCount).toBe(0);
  });

  it('may change its mind about the length of frames', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'), 20);
    playSeconds(device('hifi'), 1);
    time.advance(40);
    listen(page, numberOf('hifi'), 10);
    time.advance(20);
    expect(shape(page)).toEqual([
      [0, 960, discontinuity],
      [960, 960, 0],
      [1_920, 480, discontinuity],
      [2_400, 480, 0],
    ]);
  });
});

describe('a page that does not keep up', () => {
  it('loses frames while more than 300 ms wait for it, and is told so', () => {
    const { open, device, time, numberOf, relay } = relayBench();
    const number = numberOf('hifi');
    const [slow, other] = [open(), open()];
    listen(slow, number);
    listen(other, number);
    playSeconds(device('hifi'), 3);
    time.advance(100);
    slow.queuedByteCount = 192 * 290;
    time.advance(100);
    expect(slow.sentFrames).toHaveLength(10);
    slow.queuedByteCount = 192 * 320;
    time.advance(100);
    // It must be nearly level again, so that there is one gap.
    slow.queuedByteCount = 192 * 200;
    time.advance(100);
    expect(slow.sentFrames).toHaveLength(10);
    slow.queuedByteCount = 0;
    time.advance(100);
    expect(slow.frames.slice(10).map(({ header }) => header.flags)).toEqual([
      discontinuity,
      0,
      0,
      0,
      0,
    ]);
    expect(slow.frames.map(({ header }) => header.sequence).slice(9, 12)).toEqual([9, 20, 21]);
    expect(other.sentFrames).toHaveLength(25);
    expect(relay.counters.droppedFrames).toBe(10);
    expect(relay.listeners().map(({ droppedFrameCount }) => droppedFrameCount)).toEqual([10, 0]);
  });

  it.each([
    ['has read what waited', (page: FakePage) => (page.queuedByteCount = 0)],
    ['has answered a ping', (page: FakePage) => page.receiver?.pong()],
  ])('still learns that the sound has ended, when it %s', (_, recover) => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'));
    playSeconds(device('hifi'), 4);
    time.advance(3_000);
    page.answers = false;
    page.queuedByteCount = 192 * 400;
    time.advance(3_000);
    expect(page.frames.some(({ header }) => (header.flags & endOfSound) !== 0)).toBe(false);
    const sentCount = page.sentFrames.length;
    page.queuedByteCount = 0;
    recover(page);
    time.advance(1_000);
    page.receiver?.pong();
    time.advance(60_000);
    expect(page.frames.slice(sentCount).map(({ header }) => header.flags)).toEqual([
      discontinuity | endOfSound,
    ]);
  });

  it('is not told of an end that more sound has followed', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'));
    playSeconds(device('hifi'), 1);
    time.advance(500);
    page.queuedByteCount = 192 * 400;
    time.advance(1_000);
    playSeconds(device('hifi'), 2);
    time.advance(1_000);
    const sentCount = page.sentFrames.length;
    page.queuedByteCount = 0;
    time.advance(100);
    expect(page.frames.slice(sentCount).map(({ header }) => header.flags)).toEqual([
      discontinuity,
      ...Array(4).fill(0),
    ]);
  });

  it('is closed with a reason when it stays behind for five seconds', () => {
    const { open, device, time, numberOf, relay } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'));
    playSeconds(device('hifi'), 4);
    time.advance(100);
    page.queuedByteCount = 1e6;
    for (let second = 0; second < 6; second++) {
      expect(page.closedWith).toBe(undefined);
      if (second === 3) playSeconds(device('hifi'), 4);
      time.advance(900);
    }
    expect(page.closedWith?.code).toBe(closeCodes.tooSlow);
    expect(page.closedWith?.reason).toContain('5 s');
    expect(relay.pageCount).toBe(0);
  });

  it('is found out by a ping, where the kernels hold what it does not read', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'));
    playSeconds(device('hifi'), 4);
    time.advance(1_900);
    expect(page.pingCount).toBe(1);
    page.answers = false;
    time.advance(1_500);
    // It was asked again at 2 s.
    const sentCount = page.sentFrames.length;
    expect(sentCount).toBeGreaterThan(110);
    expect(sentCount).toBeLessThan(120);
    page.receiver?.pong();
    time.advance(100);
    expect(page.frames.at(sentCount)?.header.flags).toBe(discontinuity);
  });

  it('is closed when it asks and asks, and does not read the answers', () => {
    const { open, time } = relayBench();
    const page = open();
    page.queuedByteCount = 3_000_000;
    time.advance(500);
    expect(page.closedWith?.code).toBe(closeCodes.tooSlow);
  });

  it('is not blamed for a stall of the gateway', () => {
    const { open, device, time, numberOf } = relayBench();
    const page = open();
    listen(page, numberOf('hifi'));
    playSeconds(device('hifi'), 4);
    page.answers = false;
    time.advance(20);
    time.stall(900);
    page.receiver?.pong();
    time.advance(1_000);
    expect(page.frames.every(({ header }, i) => header.sequence === i)).toBe(true);
  });

  it('is gone when it has not answered for half a minute, though nothing was sent', () => {
    const { open, time, relay } = relayBench();
    const [gone, there] = [open(), open()];
    gone.answers = false;
    time.advance(60_000);
    expect(gone.closedWith?.code).toBe(closeCodes.vanished);
    expect(there.closedWith).toBe(undefined);
    expect(relay.pageCount).toBe(1);
  });
});
