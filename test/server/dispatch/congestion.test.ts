// Clients that do not read what they asked for, or what happens.
import { describe, expect, it } from 'vitest';
import { TOLD_WHEN_DRAINED_BYTES } from '#server/dispatch/ports';
import { CONGESTED_BYTES } from '#server/dispatch/session';
import { QUEUE_MARK_BYTES } from '#server/transport/connection';
import { eventMask } from '#shared/protocol/events';
import type { ContextId } from '#shared/protocol/ids';
import { concat } from '#test/support/byte-builder';
import { createTestServer, type TestServer } from '#test/support/dispatch';
import { requestBytes, TestClient } from '#test/support/test-client';

const STALLED_MS = 5_000;
const RECORD_BYTES = 16_000;
const EVENT_BYTES = 32;

/** A client that asks for much more than is queued for anybody, and reads none of it. */
function createGreedyClient(server: TestServer) {
  const greedy = new TestClient(server);
  const context = greedy.createContext(1);
  server.time.advance(4_000);
  greedy.connection.isUnread = true;
  const record = recordBytes(context);
  const requests = Array.from({ length: 100 }, () => record);
  greedy.sendBytes(concat(requests), 100);
  server.time.advance(0);
  return { greedy, context };
}

/** Asks four seconds after the start for so much of the past. */
function recordBytes(context: ContextId, byteCount = RECORD_BYTES): Uint8Array {
  return requestBytes('RecordSamples', {
    bigEndianSamples: false,
    block: false,
    context,
    startTime: ((32_000 - byteCount) >>> 0) as never,
    byteCount,
    channelCount: 1,
    encoding: 0,
  });
}

function createServer(limits = {}): TestServer {
  return createTestServer({ limits: { stalledOutputMs: STALLED_MS, ...limits } });
}

describe('a client that never reads while it asks', () => {
  it('is made to wait, and what is queued for it stays bounded', () => {
    const server = createServer();
    const { greedy } = createGreedyClient(server);
    const { connection } = greedy;
    server.time.advance(STALLED_MS - 1);
    expect(connection.isPaused).toBe(true);
    expect(connection.isEnded).toBe(false);
    expect(connection.queuedByteCount).toBeGreaterThan(CONGESTED_BYTES);
    expect(connection.queuedByteCount).toBeLessThan(3 * CONGESTED_BYTES);
  });

  it('is disconnected with a line in the log when it has not read for long', () => {
    const server = createServer();
    const { greedy } = createGreedyClient(server);
    server.time.advance(STALLED_MS);
    expect(greedy.connection.isEnded).toBe(true);
    expect(server.warnings).toHaveLength(1);
    expect(server.warnings[0]).toMatchObject([
      expect.stringContaining('it asked for more and did not read'),
      { client: 1, unreadMs: 5_000 },
    ]);
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.dispatch.server.contexts.size).toBe(0);
  });

  it('goes on where it was when it reads in time', () => {
    const server = createServer();
    const { greedy } = createGreedyClient(server);
    for (let rest = 10; rest > 0; rest -= 1) {
      server.time.advance(STALLED_MS - 1);
      greedy.connection.drain();
      server.time.advance(0);
    }
    expect(greedy.receiveAll()).toHaveLength(100);
    expect(greedy.connection.isPaused).toBe(false);
    expect(server.time.pendingTimerCount).toBe(0);
    greedy.sync();
    expect(server.warnings).toEqual([]);
  });

  it('keeps nobody else waiting', () => {
    const server = createServer();
    const { context } = createGreedyClient(server);
    const other = new TestClient(server, { littleEndian: false });
    for (let count = 0; count < 10; count += 1) {
      other.sync();
      expect(other.time(context)).toBe(32_000 + 4 * count);
      server.time.advance(0.5);
    }
  });

  it('and goes away leaves nothing behind', () => {
    const server = createServer();
    const { greedy } = createGreedyClient(server);
    greedy.close();
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.dispatch.server.clients.size).toBe(0);
  });
});

describe('a client that waits for its device while its output is unread', () => {
  /** Its replies are more than may be queued; the play behind them waits for a second. */
  function createWaitingClient(server: TestServer) {
    const client = new TestClient(server);
    const context = client.createContext(1);
    server.time.advance(4_000);
    client.connection.isUnread = true;
    const play = requestBytes('PlaySamples', {
      bigEndianSamples: false,
      noTimeReply: false,
      context,
      startTime: (32_000 + 29_600 + 8_000 - 8) as never,
      channelCount: 1,
      encoding: 0,
      samples: new Uint8Array(8),
    });
    client.sendBytes(recordBytes(context, 200_000));
    client.sendBytes(recordBytes(context, 200_000));
    client.sendBytes(play);
    server.time.advance(0);
    return client;
  }

  it('is not disconnected once it has read everything', () => {
    const server = createServer();
    const client = createWaitingClient(server);
    server.time.advance(1_000);
    client.connection.drain();
    client.connection.isUnread = false;
    expect(client.receiveAll()).toHaveLength(3);
    server.time.advance(2 * STALLED_MS);
    expect(client.connection.isEnded).toBe(false);
    expect(server.time.pendingTimerCount).toBe(0);
    client.sync();
  });
});

describe('a client that selects events and does not read them', () => {
  function createListener(server: TestServer): TestClient {
    const listener = new TestClient(server);
    const context = listener.createContext(0);
    listener.send('SelectEvents', { context, mask: eventMask('PhoneRing') });
    listener.sync();
    return listener;
  }

  it('waits for no more than a connection tells of when it has left', () => {
    expect(QUEUE_MARK_BYTES).toBeLessThan(TOLD_WHEN_DRAINED_BYTES);
  });

  it('is disconnected when too much waits for it, with a single line in the log', () => {
    const server = createServer({ queuedBytesPerClient: 10_000 });
    const listener = createListener(server);
    const reader = createListener(server);
    listener.connection.isUnread = true;
    listener.connection.saysClosedLater = true;
    const phone = server.devices.devices[0]?.phone;
    for (let count = 0; count < 400; count += 1) phone?.ring(1);
    expect(listener.connection.isEnded).toBe(true);
    expect(listener.connection.queuedByteCount).toBe(313 * 32);
    expect(server.warnings).toEqual([
      ['a client was disconnected: it left too much unread', { client: 1, unreadBytes: 10_016 }],
    ]);
    expect(reader.receiveAll()).toHaveLength(400);
    reader.sync();
  });

  it('has them gathered into few pieces, and gets them all when it reads again', () => {
    const server = createServer();
    const listener = createListener(server);
    listener.connection.isUnread = true;
    listener.connection.writeCount = 0;
    const phone = server.devices.devices[0]?.phone;
    const inPieces = TOLD_WHEN_DRAINED_BYTES / EVENT_BYTES;
    for (let count = 0; count < 3 * inPieces; count += 1) phone?.ring(1);
    expect(listener.connection.writeCount).toBe(inPieces);
    listener.connection.drain();
    expect(listener.connection.writeCount).toBe(inPieces + 1);
    listener.connection.drain();
    listener.connection.isUnread = false;
    phone?.ring(0);
    expect(listener.receiveAll()).toHaveLength(3 * inPieces + 1);
    listener.sync();
  });

  it('is disconnected when too much is gathered for it', () => {
    const server = createServer({ queuedBytesPerClient: 2 * TOLD_WHEN_DRAINED_BYTES });
    const listener = createListener(server);
    listener.connection.isUnread = true;
    const phone = server.devices.devices[0]?.phone;
    const mostEvents = (2 * TOLD_WHEN_DRAINED_BYTES) / EVENT_BYTES;
    for (let count = 0; count < mostEvents; count += 1) phone?.ring(1);
    expect(listener.connection.isEnded).toBe(false);
    phone?.ring(1);
    expect(listener.connection.isEnded).toBe(true);
  });

  it('and asks for too much in one turn is disconnected once, and leaves no timer behind', () => {
    const server = createServer({ queuedBytesPerClient: 50_000 });
    const { greedy } = createGreedyClient(server);
    expect(greedy.connection.isEnded).toBe(true);
    expect(server.warnings).toHaveLength(1);
    expect(server.time.pendingTimerCount).toBe(0);
    expect(server.dispatch.server.clients.size).toBe(0);
  });
});
