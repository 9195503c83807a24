// Hearing with a device: what an AudioFile program in a page asks, and what it makes of the answers.
import { describe, expect, it } from 'vitest';
import { connected, outcomeOf } from '#test/shared/client/support/connected';
import { turn } from '#test/shared/client/support/scripted-peer';
import { hearOver } from '#web/audio/heard-sound';

const CODEC = 1;
/** 100 ms of 8 kHz mono in 16 bits. */
const PIECE_BYTES = 1_600;

describe('hearing with a device', () => {
  it('begins now, in pieces that follow each other, until it is ended', async () => {
    const { connection, peer } = await connected();
    const heard: [Int16Array, number, number][] = [];
    const abort = new AbortController();
    const ended = outcomeOf(
      hearOver(connection, CODEC, {
        onSamples: (...sound) => heard.push(sound),
        signal: abort.signal,
      }),
    );
    await turn();
    let sequence = peer.takeRequests().length;
    peer.sayReply(sequence);
    await turn();
    sequence += peer.takeRequests().length;
    peer.sayReply(sequence, peer.card32(2 ** 32 - 800));
    await turn();
    const asked: [number, number][] = [];
    for (const piece of [1, 2]) {
      const [request] = peer.takeRequests();
      if (request) asked.push([request.readUInt32LE(8), request.readUInt32LE(12)]);
      const body = Buffer.concat([peer.card32(0), peer.card32(PIECE_BYTES)]);
      peer.sayReply(sequence + piece, body, new Uint8Array(PIECE_BYTES).fill(piece));
      await turn();
    }
    expect(asked).toEqual([
      [2 ** 32 - 800, PIECE_BYTES],
      [0, PIECE_BYTES],
    ]);
    abort.abort('enough');
    expect(await ended).toBe('enough');
    expect(heard).toEqual([
      [new Int16Array(800).fill(0x0101), 1, 8_000],
      [new Int16Array(800).fill(0x0202), 1, 8_000],
    ]);
  });

  it('ends when the gateway goes away', async () => {
    const { connection, peer } = await connected();
    const ended = outcomeOf(
      hearOver(connection, CODEC, { onSamples: () => {}, signal: undefined }),
    );
    await turn();
    peer.hangUp();
    expect(await ended).toBeInstanceOf(Error);
  });
});
