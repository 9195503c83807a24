// Connections that end, break and trickle in all the ways of real networks, and what that costs the others.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tcpPort } from '#server/transport/addresses';
import { extensions } from '#shared/client/index';
import { concat } from '#test/support/byte-builder';
import { plainSetup } from '#test/support/streams';
import {
  closedOf,
  openRawClient,
  openSocket,
  type RawClient,
  requestBytes,
  untilEnd,
} from './support/clients.ts';
import { startTestGateway } from './support/gateway.ts';
import type { RunningTest } from './support/running-test.ts';
import { durationMs, until } from './support/waiting.ts';

const { createContext, getTime, play, record, selectEvents } = requestBytes;
const CODEC = 1;
const RATE_HZ = 8_000;
const HOURS = 3_600 * RATE_HZ;
const REPLY_BYTES = 32;
const SETUP_REPLY_PREFIX_BYTES = 8;

const SECOND_CLIENT = 0x0020_0000;

/** A gateway whose first client looks who else is there; the next one has the second range of ids. */
async function watchedGateway(test: RunningTest) {
  const { serverNumber, connect } = await startTestGateway(test);
  const watcher = await connect();
  const clientCount = async (): Promise<number> => {
    const extension = await watcher.extensions.open(extensions.gateway);
    const { clients } = (await extension?.ask('ListClients', {})) ?? { clients: [] };
    return clients.length;
  };
  const onlyTheWatcher = async (): Promise<boolean> => (await clientCount()) === 1;
  return { serverNumber, watcher, clientCount, onlyTheWatcher };
}

/** A client that half-closes behind requests for so many seconds of sound to come. */
async function finishedWithRecords(serverNumber: number, seconds: number): Promise<RawClient> {
  const client = await openRawClient(serverNumber);
  const { socket, inbox, resourceIdBase } = client;
  socket.write(concat([createContext(resourceIdBase, CODEC), getTime(resourceIdBase)]));
  const now = (await inbox.atLeast(REPLY_BYTES)).readUInt32LE(8);
  inbox.bytes = Buffer.alloc(0);
  const records = Array.from({ length: seconds }, (_, second) =>
    record(resourceIdBase, now + second * RATE_HZ, RATE_HZ),
  );
  socket.end(concat(records));
  return client;
}

/** The replies behind the answer to the set-up. */
function repliesIn(received: Buffer): Buffer[] {
  const setupBytes = SETUP_REPLY_PREFIX_BYTES + 4 * received.readUInt16LE(6);
  const replies = received.subarray(setupBytes);
  return Array.from({ length: replies.length / REPLY_BYTES }, (_, index) =>
    replies.subarray(index * REPLY_BYTES, (index + 1) * REPLY_BYTES),
  );
}

describe.concurrent('a half-closed connection', () => {
  it('is answered to the last request, and then closed', async (test) => {
    const { serverNumber, onlyTheWatcher } = await watchedGateway(test);
    const socket = await openSocket(serverNumber);
    const requests = Array.from({ length: 100 }, () => getTime(SECOND_CLIENT));
    socket.end(concat([plainSetup('little'), createContext(SECOND_CLIENT, CODEC), ...requests]));
    const replies = repliesIn(await untilEnd(socket));
    expect(replies.map((reply) => [reply[0], reply.readUInt16LE(2)])).toEqual(
      requests.map((_, index) => [1, index + 2]),
    );
    await until('its place is free', 2_000, onlyTheWatcher);
  });

  it('is answered even by a record that waits for its sound, and by what comes behind it', async (test) => {
    const { serverNumber, onlyTheWatcher } = await watchedGateway(test);
    const { socket, inbox, resourceIdBase } = await openRawClient(serverNumber);
    socket.write(concat([createContext(resourceIdBase, CODEC), getTime(resourceIdBase)]));
    const now = (await inbox.atLeast(REPLY_BYTES)).readUInt32LE(8);
    socket.end(concat([record(resourceIdBase, now, RATE_HZ / 2), getTime(resourceIdBase)]));
    await closedOf(socket);
    expect(inbox.bytes.length).toBe(3 * REPLY_BYTES + RATE_HZ / 2);
    await until('its place is free', 2_000, onlyTheWatcher);
  });
});

describe.concurrent('a connection that brings one byte at a time', () => {
  it('is answered like any other', async (test) => {
    const { serverNumber } = await watchedGateway(test);
    const socket = await openSocket(serverNumber);
    const stream = concat([
      plainSetup('little'),
      createContext(SECOND_CLIENT, CODEC),
      play(SECOND_CLIENT, 0, 100),
      getTime(SECOND_CLIENT),
    ]);
    const received = untilEnd(socket);
    for (const byte of stream) {
      socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.end();
    expect(repliesIn(await received).map((reply) => reply.readUInt16LE(2))).toEqual([2, 3]);
  });

  it('holds nobody up who never gets further', async (test) => {
    const { serverNumber, watcher } = await watchedGateway(test);
    const socket = await openSocket(serverNumber);
    socket.write(plainSetup('little').subarray(0, 5));
    const context = await watcher.createContext(CODEC);
    expect(await durationMs(() => context.getTime())).toBeLessThan(1_000);
    socket.destroy();
  });
});

describe.concurrent('a connection that is no client yet', () => {
  it('is closed when its set-up takes too long, and when it speaks something else', async (test) => {
    const { serverNumber, log } = await startTestGateway(test, { limits: { setupTimeoutMs: 100 } });
    const slow = await openSocket(serverNumber);
    slow.write(plainSetup('big').subarray(0, 11));
    const other = await openSocket(serverNumber, { door: 'UNIX' });
    other.write('GET / HTTP/1.1\r\n\r\n');
    const silent = await openSocket(serverNumber);
    const answers = await Promise.all([slow, other, silent].map(untilEnd));
    expect(answers.map(({ length }) => length)).toEqual([0, 0, 0]);
    expect(log).toHaveLength(2);
    expect(log[0]).toContain('did not finish its set-up in time');
    for (const socket of [slow, other, silent]) socket.destroy();
  });
});

describe.concurrent('a program that is gone', () => {
  it('gives its place back at once when it resets the connection in the middle of a request', async (test) => {
    const { serverNumber, clientCount, onlyTheWatcher } = await watchedGateway(test);
    const { socket, resourceIdBase } = await openRawClient(serverNumber);
    socket.write(play(resourceIdBase, 0, 1_000).subarray(0, 500));
    await until('it is there', 2_000, async () => (await clientCount()) === 2);
    socket.resetAndDestroy();
    await until('its place is free', 2_000, onlyTheWatcher);
  });

  it.for([
    ['play', play(SECOND_CLIENT, 3 * HOURS, 1_000)],
    ['record', record(SECOND_CLIENT, 3 * HOURS, 1_000)],
  ] as const)(
    'gives its place back at once when it resets the connection while its %s waits for hours',
    async ([, request], test) => {
      const { serverNumber, clientCount, onlyTheWatcher } = await watchedGateway(test);
      // Closing while an answer is unread is a reset, without an end of sending before it.
      const socket = await openSocket(serverNumber, { isReading: false });
      const opening = concat([plainSetup('little'), createContext(SECOND_CLIENT, CODEC)]);
      socket.write(concat([opening, request, getTime(SECOND_CLIENT)]));
      await until('it is there', 2_000, async () => (await clientCount()) === 2);
      socket.destroy();
      await until('its place is free', 2_000, onlyTheWatcher);
    },
  );

  it('gives its place back within seconds when it closes while plays and records wait for hours', async (test) => {
    const { serverNumber, clientCount } = await watchedGateway(test);
    const patient = await finishedWithRecords(serverNumber, 11);
    const sockets = await Promise.all(
      [play, record].flatMap((request) =>
        (['TCP', 'UNIX'] as const).map(async (door) => {
          const client = await openRawClient(serverNumber, { door });
          const { socket, resourceIdBase } = client;
          socket.write(createContext(resourceIdBase, CODEC));
          socket.write(request(resourceIdBase, 3 * HOURS, 1_000));
          socket.write(new Uint8Array(20_000));
          return socket;
        }),
      ),
    );
    expect(await clientCount()).toBe(6);
    for (const socket of sockets) socket.destroy();
    await until('their places are free', 12_000, async () => (await clientCount()) <= 2);
    // One whose requests wait as long in all, but one after the other, is served to the last.
    await closedOf(patient.socket);
    expect(patient.inbox.bytes.length).toBe(11 * (REPLY_BYTES + RATE_HZ));
  });

  it('is looked for by the kernel when its machine vanished without a word', async (test) => {
    const { serverNumber } = await watchedGateway(test);
    const { socket } = await openRawClient(serverNumber);
    if (process.platform !== 'linux') return;
    const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
    const ours = `0100007F:${hex(tcpPort(serverNumber))} 0100007F:${hex(socket.localPort ?? 0)}`;
    const row = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .find((line) => line.includes(ours));
    const [, , , , , timer = ''] = row?.trim().split(/\s+/) ?? [];
    // The kind of the socket's timer: 2 is the one that sends keep-alive probes.
    expect(timer.slice(0, 2)).toBe('02');
  });
});

describe('a client that never reads', () => {
  it('delays nobody, and is disconnected with a line that says why', async (test) => {
    const { serverNumber, log, connect } = await startTestGateway(test, {
      limits: { stalledOutputMs: 1_500 },
    });
    const others = await Promise.all(Array.from({ length: 5 }, () => connect()));
    const contexts = await Promise.all(others.map((client) => client.createContext(CODEC)));
    const socket = await openSocket(serverNumber, { isReading: false, door: 'UNIX' });
    const id = 6 * 0x0010_0000;
    socket.write(concat([plainSetup('little'), createContext(id, CODEC)]));
    const requests = concat(Array.from({ length: 10_000 }, () => getTime(id)));
    const memoryBefore = process.memoryUsage().rss;
    let isGone = false;
    closedOf(socket).then(() => {
      isGone = true;
    });
    const pump = (): void => {
      while (!isGone && socket.writable && socket.write(requests));
      if (!isGone) socket.once('drain', pump);
    };
    pump();
    let slowestMs = 0;
    const isDisconnected = (): boolean => log.some((line) => line.includes('was disconnected'));
    while (!isDisconnected()) {
      const startTime = (await contexts[0]?.getTime()) ?? 0;
      const samples = new Uint8Array(800);
      slowestMs = Math.max(
        slowestMs,
        await durationMs(() =>
          Promise.all(contexts.map((context) => context.play({ startTime, samples }))),
        ),
      );
    }
    expect(slowestMs).toBeLessThan(500);
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(64 * 2 ** 20);
    expect(log).toEqual([
      expect.stringMatching(/asked for more and did not read .* client=6 .* unreadMs=1500\n/),
    ]);
    socket.destroy();
  });

  it('is disconnected too when it only has events coming', async (test) => {
    const { serverNumber, log, connect } = await startTestGateway(test, {
      limits: { queuedBytesPerClient: 65_536 },
    });
    const [changer, other] = [await connect(), await connect()];
    const context = await changer.createContext(CODEC);
    const listener = await other.createContext(CODEC);
    const events = listener.events(['Property'], { queueLimit: 100_000 });
    const socket = await openSocket(serverNumber, { isReading: false, door: 'UNIX' });
    const id = 3 * 0x0010_0000;
    socket.write(
      concat([plainSetup('little'), createContext(id, CODEC), selectEvents(id, 'Property')]),
    );
    await other.sync();
    let changeCount = 0;
    while (log.length === 0) {
      const changes = Array.from({ length: 200 }, (_, index) =>
        context.properties.setCardinals('COUNT', [index]),
      );
      await Promise.all(changes);
      changeCount += changes.length;
      expect(changeCount).toBeLessThan(100_000);
    }
    expect(log).toEqual([
      expect.stringMatching(/was disconnected: it left too much unread client=3 unreadBytes=\d+\n/),
    ]);
    for (let heard = 0; heard < changeCount; heard += 1) await events.next();
    socket.destroy();
  });
});
