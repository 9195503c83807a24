// How many sockets there may be, and what becomes of the next one.
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSocketBudget, maxSocketsOfProcess } from '#server/transport/socket-budget';

async function closed(sockets: Iterable<Socket>): Promise<void> {
  await Promise.all(
    Array.from(sockets, (socket) => new Promise((done) => socket.destroy().once('close', done))),
  );
}

describe('the budget of sockets', () => {
  it('closes what comes when it is used up, and says so once until there is room again', async () => {
    let toldCount = 0;
    const budget = createSocketBudget({
      maxSockets: 10,
      onFull() {
        toldCount += 1;
      },
    });
    const taken = Array.from({ length: 10 }, () => new Socket());
    expect(taken.map((socket) => budget.take(socket))).toEqual(taken.map(() => true));
    expect([budget.isFull, toldCount]).toEqual([true, 0]);
    const refused = [new Socket(), new Socket()];
    expect(refused.map((socket) => budget.take(socket))).toEqual([false, false]);
    expect(refused.map(({ destroyed }) => destroyed)).toEqual([true, true]);
    expect(toldCount).toBe(1);

    await closed(taken.splice(0, 1));
    expect(budget.isFull).toBe(false);
    const next = [new Socket(), new Socket()];
    expect(next.map((socket) => budget.take(socket))).toEqual([true, false]);
    expect(toldCount).toBe(2);
    await closed([...taken, ...next]);
  });

  it('of a process leaves something for files', () => {
    expect(maxSocketsOfProcess()).toBeGreaterThanOrEqual(16);
  });
});
