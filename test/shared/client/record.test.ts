// Recording: how it is asked for in pieces and put together, waiting or not.
import { describe, expect, it } from 'vitest';
import { connected, outcomeOf } from './support/connected.ts';
import { type ScriptedPeer, turn } from './support/scripted-peer.ts';

const stop = new Error('enough');
const WAITS = 2;

/** A reply with that time and so many bytes of one value. */
function sayRecorded(peer: ScriptedPeer, sequence: number, time: number, byteCount: number): void {
  const body = Buffer.concat([peer.card32(time), peer.card32(byteCount)]);
  const extra = new Uint8Array(Math.ceil(byteCount / 4) * 4).fill(0xee);
  extra.fill(sequence, 0, byteCount);
  peer.sayReply(sequence, body, extra);
}

async function recording(options: { byteCount: number; waits?: boolean; signal?: AbortSignal }) {
  const { connection, peer } = await connected();
  const context = connection.useContext(0x100000, 1);
  const recorded = outcomeOf(context.record({ startTime: 2 ** 32 - 100, ...options }));
  await turn();
  return { peer, recorded, context };
}

describe('sound that is recorded', () => {
  it('is asked for piece by piece and put together', async () => {
    const { peer, recorded } = await recording({ byteCount: 20_000 });
    const asked: [number, number, number | undefined][] = [];
    for (const [sequence, byteCount] of [8_000, 8_000, 4_000].entries()) {
      const [request, ...others] = peer.takeRequests();
      expect(others).toEqual([]);
      if (request) asked.push([request.readUInt32LE(8), request.readUInt32LE(12), request[1]]);
      sayRecorded(peer, sequence + 1, 50_000 + sequence, byteCount);
      await turn();
    }
    expect(asked).toEqual([
      [2 ** 32 - 100, 8_000, WAITS],
      [7_900, 8_000, WAITS],
      [15_900, 4_000, WAITS],
    ]);
    const samples = new Uint8Array(20_000).fill(1, 0, 8_000).fill(2, 8_000, 16_000).fill(3, 16_000);
    expect(await recorded).toEqual({ samples, time: 50_002, nextTime: 19_900 });
  });

  it('ends where there is no more, when it does not wait', async () => {
    const { peer, recorded } = await recording({ byteCount: 20_000, waits: false });
    expect(peer.takeRequests()[0]?.[1]).toBe(0);
    sayRecorded(peer, 1, 7_900, 8_000);
    await turn();
    sayRecorded(peer, 2, 7_913, 13);
    await turn();
    expect(peer.takeRequests()).toHaveLength(1);
    expect(await recorded).toEqual({
      samples: new Uint8Array(8_013).fill(1, 0, 8_000).fill(2, 8_000),
      time: 7_913,
      nextTime: 7_913,
    });
  });

  it('may be nothing yet', async () => {
    const { peer, recorded } = await recording({ byteCount: 100, waits: false });
    sayRecorded(peer, 1, 2 ** 32 - 100, 0);
    const nextTime = 2 ** 32 - 100;
    expect(await recorded).toEqual({ samples: new Uint8Array(0), time: nextTime, nextTime });
  });

  it('is never more than was asked for', async () => {
    const { peer, recorded } = await recording({ byteCount: 100 });
    sayRecorded(peer, 1, 0, 200);
    expect(await recorded).toMatchObject({ samples: new Uint8Array(100).fill(1), nextTime: 0 });
  });

  it('stops between two pieces and while one is awaited', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const { peer, recorded, context } = await recording({ byteCount: 20_000, signal });
    sayRecorded(peer, 1, 0, 8_000);
    await turn();
    expect(peer.takeRequests()).toHaveLength(2);
    controller.abort(stop);
    expect(await recorded).toBe(stop);
    sayRecorded(peer, 2, 0, 8_000);
    await turn();
    expect(peer.takeRequests()).toEqual([]);
    const again = context.record({ startTime: 0, byteCount: 10, signal });
    await expect(again).rejects.toBe(stop);
  });
});
