// From frames to blocks: what is connected, what is missing, and what was lost.
import { expect, it } from 'vitest';
import { codecFor } from '#shared/audio/encodings/codecs';
import type { DeviceTime } from '#shared/protocol/ids';
import { type Frame, frameFlags } from '#shared/relay/frame';
import { FrameFeed } from '#web/audio/frame-feed';
import { blockFlags } from '#web/audio/ring-buffer';

interface Block {
  readonly samples: number[];
  readonly flags: number;
  readonly startMs: number;
}

function open(hasRoom: () => boolean = () => true) {
  const blocks: Block[] = [];
  const codec = codecFor('LIN16');
  if (!codec) throw new Error('there is always LIN16');
  const feed = new FrameFeed({
    ...{ codec, channelCount: 1, rateHz: 1_000 },
    writer: {
      write(samples, frameCount, flags, startMs) {
        if (!hasRoom()) return false;
        blocks.push({ samples: [...samples.subarray(0, frameCount)], flags, startMs });
        return true;
      },
    },
  });
  return { feed, blocks };
}

function frame(startTime: number, sequence: number, flags = 0, sample = 0x4000): Frame {
  const samples = new Uint8Array(8);
  for (let i = 0; i < 4; i++) new DataView(samples.buffer).setInt16(2 * i, sample, true);
  return {
    header: {
      ...{ kind: 'played', device: 0, encoding: 'LIN16', channelCount: 1, frameCount: 4 },
      ...{ flags, sequence, startTime: (startTime >>> 0) as DeviceTime },
      senderMicroseconds: (startTime + 1_000_000) * 1_000,
    },
    samples,
  };
}

const { discontinuity, gap, endOfSound } = blockFlags;

it('writes connected frames as connected blocks, also where device time wraps', () => {
  const { feed, blocks } = open();
  feed.push(frame(-4, 0, frameFlags.discontinuity));
  feed.push(frame(0, 1));
  feed.push(frame(4, 2, frameFlags.endOfSound));
  expect(blocks.map(({ flags }) => flags)).toEqual([discontinuity, 0, endOfSound]);
  expect(blocks.map(({ startMs }) => startMs - (blocks[0]?.startMs ?? 0))).toEqual([0, 4, 8]);
  expect(blocks[0]?.samples).toEqual([0.5, 0.5, 0.5, 0.5]);
});

it('puts silence where a little is missing, and counts what was lost', () => {
  const { feed, blocks } = open();
  feed.push(frame(0, 0));
  feed.push(frame(10, 3, frameFlags.discontinuity));
  expect(blocks.map(({ flags }) => flags)).toEqual([
    ...[discontinuity, discontinuity | gap, discontinuity],
  ]);
  expect(blocks[1]?.samples).toEqual([0, 0, 0, 0, 0, 0]);
  expect(blocks[2]?.startMs).toBe(10);
  expect(feed.droppedFrameCount).toBe(2);
});

it('begins anew after a long pause, and keeps its clock', () => {
  const { feed, blocks } = open();
  feed.push(frame(0, 0));
  feed.push(frame(10_000, 1, frameFlags.discontinuity));
  expect(blocks.map(({ flags }) => flags)).toEqual([discontinuity, discontinuity]);
  expect(blocks[1]?.startMs).toBe(10_000);
});

it('loses what finds no room, as a gap before what comes next', () => {
  let hasRoom = true;
  const { feed, blocks } = open(() => hasRoom);
  feed.push(frame(0, 0));
  hasRoom = false;
  feed.push(frame(4, 1));
  hasRoom = true;
  feed.push(frame(8, 2));
  expect(feed.droppedFrameCount).toBe(1);
  expect(blocks.map(({ flags }) => flags)).toEqual([
    ...[discontinuity, discontinuity | gap, discontinuity],
  ]);
  expect(blocks.map(({ startMs }) => startMs)).toEqual([0, 4, 8]);
});

it('knows the gateway’s clock by the frame that was least delayed', () => {
  const { feed } = open();
  expect(feed.senderOffsetMs).toBeUndefined();
  feed.push(frame(0, 0));
  const late = frame(4, 1);
  feed.push({ ...late, header: { ...late.header, senderMicroseconds: 1_000_900_000 } });
  expect(feed.senderOffsetMs).toBe(1_000_000);
});

it('gives the samples of a frame that nobody is to hear, and writes nothing', () => {
  const { feed, blocks } = open();
  expect([...feed.decode(frame(0, 0, 0, -7))]).toEqual([-7, -7, -7, -7]);
  expect(blocks).toEqual([]);
});

it('starts another clock far from the old one after a restart', () => {
  const { feed, blocks } = open();
  feed.push(frame(0, 0));
  feed.restart();
  feed.push(frame(4, 1));
  expect(blocks[2]?.flags).toBe(discontinuity);
  expect(blocks[2]?.startMs).toBeGreaterThanOrEqual(10_000);
});

it('ends what was in the middle of its sound when it restarts, and only that', () => {
  const { feed, blocks } = open();
  feed.push(frame(0, 0));
  feed.restart();
  feed.restart();
  expect(blocks.map(({ flags }) => flags)).toEqual([
    ...[discontinuity, discontinuity | gap | endOfSound],
  ]);
  expect(blocks[1]?.samples).toEqual([0]);
  feed.push(frame(0, 0, frameFlags.discontinuity | frameFlags.endOfSound));
  feed.restart();
  expect(blocks).toHaveLength(3);
});
