// Thousands of clients at a time, and what is left when no more fit.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '#shared/client/index';
import { openClient, openSocket } from './support/clients.ts';
import {
  compileGateway,
  processorMs,
  residentBytes,
  startProcess,
} from './support/gateway-process.ts';
import { sleepMs, until } from './support/waiting.ts';

const CODEC = 1;
const LIMIT = 2_000;
const AT_A_TIME = 100;
const isLinux = process.platform === 'linux';

beforeAll(compileGateway, 120_000);

async function openClients(serverNumber: number, count: number): Promise<Connection[]> {
  const clients: Connection[] = [];
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - clients.length) }, () =>
      openClient(serverNumber),
    );
    clients.push(...(await Promise.all(some)));
  }
  return clients;
}

describe('two thousand clients', () => {
  it('are all answered, cost little, and the next one is refused until one has left', async (test) => {
    const { serverNumber, pid, output } = await startProcess(test);
    // What the first clients need once is not the price of each.
    const [warm] = await openClients(serverNumber, 1);
    await (await warm?.createContext(CODEC))?.getTime();
    await warm?.close();
    const residentBefore = isLinux ? residentBytes(pid) : 0;

    const clients = await openClients(serverNumber, LIMIT);
    const contexts = await Promise.all(clients.map((client) => client.createContext(CODEC)));
    const times = await Promise.all(contexts.map((context) => context.getTime()));
    expect(times.every((time) => time > 0)).toBe(true);

    await expect(openClient(serverNumber)).rejects.toThrow('Maximum number of clients reached');
    await expect(openClient(serverNumber, { byteOrder: 'big', door: 'UNIX' })).rejects.toThrow(
      'Maximum number of clients reached',
    );
    await clients[7]?.close();
    let next: Connection | undefined;
    await until('the place of one that has left is free', 1_000, async () => {
      next = await openClient(serverNumber, { byteOrder: 'big' }).catch(() => undefined);
      return next !== undefined;
    });
    expect(await (await next?.createContext(CODEC))?.getTime()).toBeGreaterThan(0);

    if (isLinux) {
      await sleepMs(300);
      const bytesEach = (residentBytes(pid) - residentBefore) / LIMIT;
      const busyBefore = processorMs(pid);
      await sleepMs(2_000);
      const busyPercent = (processorMs(pid) - busyBefore) / 20;
      console.log(
        `${LIMIT} idle clients: ${(bytesEach / 1_000).toFixed(1)} kB each, ${busyPercent.toFixed(1)} % of a core`,
      );
      // The aim is 30 kB; a bound here that no garbage collection's mood passes.
      expect(bytesEach).toBeLessThan(60_000);
      expect(busyPercent).toBeLessThan(3);
    }
    for (const client of [...clients, next]) client?.abort();
    expect(output.stderr).toBe('');
  });
});

/** Enough for Node to read all modules at once when it starts, and fewer than the connections that come. */
const FILE_LIMIT = 400;
const TOO_MANY = 500;

describe('a gateway that may open no more files', () => {
  it('goes on serving those it has, and takes new ones when others have left', async (test) => {
    const { serverNumber, output } = await startProcess(test, { fileLimit: FILE_LIMIT });
    const first = await openClient(serverNumber);
    const context = await first.createContext(CODEC);
    const sockets = await Promise.all(
      Array.from({ length: TOO_MANY }, () => openSocket(serverNumber)),
    );
    for (const socket of sockets) socket.resume();
    const turnedAway = () => sockets.filter(({ readableEnded }) => readableEnded).length;
    await until(
      'those that are too many are turned away',
      5_000,
      () => turnedAway() >= TOO_MANY - FILE_LIMIT,
    );
    expect(turnedAway()).toBeLessThan(TOO_MANY);
    expect(await context.getTime()).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    await until('a new client is admitted', 5_000, async () => {
      const client = await openClient(serverNumber).catch(() => undefined);
      await client?.close();
      return client !== undefined;
    });
    await context.getTime();
    expect(output.stderr).not.toContain('"error"');
    await first.close();
  });
});
