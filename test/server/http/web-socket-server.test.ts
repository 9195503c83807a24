// The reader of WebSockets with whatever bytes, in whatever pieces. What it throws into the event loop fails the run.
import * as ws from 'ws';
import '#server/http/web-socket-server';
import type { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { type Random, seededRandom, testSeed } from '#test/support/random';
import { FINAL, opcodes, webSocketFrame } from '#test/support/raw-web-socket';

// What ws exports and its types leave out.
const { Receiver } = ws as unknown as {
  Receiver: new (options: object) => Writable & { readonly _fragments: readonly Buffer[] };
};

const READERS = 500;
const EVENTS = ['message', 'ping', 'pong', 'conclude'];
const MOST_FRAMES = 12;
const MOST_PIECE_BYTES = 60;

function randomBytes(byteCount: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: byteCount }, () => random(256));
}

/** Mostly frames that make sense, so that a reader often has something to do when one comes that does not. */
function randomFrame(random: Random): Uint8Array {
  const frames = [
    () => webSocketFrame(FINAL | opcodes.ping, randomBytes(random(4), random)),
    () => webSocketFrame(FINAL | opcodes.text, Buffer.from('x'.repeat(random(30)))),
    () => webSocketFrame(FINAL | opcodes.binary, randomBytes(random(300), random)),
    () => webSocketFrame(FINAL | opcodes.text, randomBytes(random(20), random)),
    () => webSocketFrame(FINAL | opcodes.close, randomBytes(random(6), random)),
    () => webSocketFrame(random(256) & ~0x70, randomBytes(random(20), random)),
    () => randomBytes(random(30), random),
  ];
  return frames[random(frames.length)]?.() ?? Buffer.of();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Gives whether anything was heard after an error. */
async function read(random: Random): Promise<boolean> {
  const reader = new Receiver({
    ...{ isServer: true, allowSynchronousEvents: false },
    ...{ maxPayload: 250, maxFragments: 4, maxBufferedChunks: 64 },
  });
  let hasFailed = false;
  let hasGoneOn = false;
  reader.on('error', () => {
    hasFailed = true;
  });
  for (const event of EVENTS) {
    reader.on(event, () => {
      hasGoneOn ||= hasFailed;
    });
  }
  const frames = Array.from({ length: random(MOST_FRAMES) }, () => randomFrame(random));
  for (let bytes = Buffer.concat(frames); bytes.length > 0 && reader.writable; ) {
    const pieceBytes = 1 + random(MOST_PIECE_BYTES);
    reader.write(bytes.subarray(0, pieceBytes));
    bytes = bytes.subarray(pieceBytes);
    if (random(3) === 0) await turn();
  }
  for (let turns = 0; turns < MOST_FRAMES; turns += 1) await turn();
  return hasGoneOn;
}

it(`says nothing more of a WebSocket once its bytes made no sense, with SEED=${testSeed}`, async () => {
  const random = seededRandom(testSeed);
  const readings = await Promise.all(Array.from({ length: READERS }, () => read(random)));
  expect(readings.filter((hasGoneOn) => hasGoneOn)).toEqual([]);
});

it('holds of a message that is not whole no more than its own bytes, whatever came with them', async () => {
  const reader = new Receiver({ isServer: true, allowSynchronousEvents: false, maxPayload: 250 });
  const message = new Promise<Buffer>((resolve) => reader.on('message', resolve));
  const pings = Array.from({ length: 100 }, () =>
    webSocketFrame(FINAL | opcodes.ping, randomBytes(125, seededRandom(1))),
  );
  for (const opcode of [opcodes.text, opcodes.continuation, opcodes.continuation]) {
    const fragment = webSocketFrame(opcode, Buffer.from('x'));
    await new Promise<void>((resolve) =>
      reader.write(Buffer.concat([fragment, ...pings]), () => resolve()),
    );
  }
  expect(reader._fragments.map(({ buffer }) => buffer.byteLength)).toEqual([1, 1, 1]);
  reader.write(webSocketFrame(FINAL | opcodes.continuation, Buffer.of()));
  expect((await message).toString()).toBe('xxx');
});
