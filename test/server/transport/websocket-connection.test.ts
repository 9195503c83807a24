// A byte stream in the messages of a WebSocket, without a socket.
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QUEUE_MARK_BYTES } from '#server/transport/connection';
import {
  type ByteMessageSocket,
  WebSocketConnection,
} from '#server/transport/websocket-connection';

class FakeSocket extends EventEmitter implements ByteMessageSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  isTerminated = false;
  pingCount = 0;
  closedWith: number | undefined;
  readonly sent: Uint8Array[] = [];
  readonly callbacks: (() => void)[] = [];

  send(bytes: Uint8Array, _options: { binary: true }, sent: () => void): void {
    this.sent.push(bytes);
    this.bufferedAmount += bytes.length;
    this.callbacks.push(sent);
  }

  ping(): void {
    this.pingCount += 1;
  }

  /** The kernel takes all that was sent. */
  flush(): void {
    this.bufferedAmount = 0;
    for (const sent of this.callbacks.splice(0)) sent();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closedWith ??= code;
    this.readyState = 2;
  }

  terminate(): void {
    this.isTerminated = true;
    this.readyState = 3;
    this.emit('close');
  }

  message(...bytes: number[]): void {
    this.emit('message', Buffer.from(bytes), true);
  }
}

function connected() {
  const socket = new FakeSocket();
  const peer = { kind: 'tcp', address: '127.0.0.1', port: 1, door: 'page' } as const;
  const connection = new WebSocketConnection(socket, peer);
  const events: string[] = [];
  const receiver = {
    bytes: (chunk: Uint8Array) => events.push([...chunk].join()),
    drained: () => events.push('drained'),
    closed: () => events.push('closed'),
  };
  return { socket, connection, events, receiver };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a WebSocket as a connection', () => {
  it('keeps what comes before the start, and delivers in order', () => {
    const { socket, connection, events, receiver } = connected();
    expect(socket.isPaused).toBe(true);
    socket.message(1, 2);
    socket.message();
    connection.start(receiver);
    expect(socket.isPaused).toBe(false);
    socket.message(3);
    expect(events).toEqual(['1,2', '3']);
  });

  it('delivers nothing while paused, though messages were under way', () => {
    const { socket, connection, events, receiver } = connected();
    connection.start({
      ...receiver,
      bytes(chunk) {
        receiver.bytes(chunk);
        connection.pause();
      },
    });
    for (const byte of [1, 2, 3]) socket.message(byte);
    expect(events).toEqual(['1']);
    expect(socket.isPaused).toBe(true);
    connection.resume();
    expect(events).toEqual(['1', '2']);
    expect(socket.isPaused).toBe(true);
    connection.resume();
    connection.resume();
    expect(events).toEqual(['1', '2', '3']);
    expect(socket.isPaused).toBe(false);
  });

  it('counts what waits, and tells when much of it has left', () => {
    const { socket, connection, events, receiver } = connected();
    connection.start(receiver);
    connection.write(new Uint8Array(100));
    expect(connection.queuedByteCount).toBe(100);
    socket.flush();
    expect(events).toEqual([]);
    connection.write(new Uint8Array(QUEUE_MARK_BYTES));
    socket.flush();
    expect(events).toEqual(['drained']);
  });

  it('is pinged while it is quiet, so that no proxy cuts it, until it ends', () => {
    const { socket, connection, receiver } = connected();
    connection.start(receiver);
    for (const seconds of [30, 60, 90]) {
      vi.advanceTimersByTime(30_000);
      expect(socket.pingCount).toBeGreaterThanOrEqual(seconds / 30);
    }
    connection.end();
    socket.pingCount = 0;
    vi.advanceTimersByTime(25_000);
    expect(socket.pingCount).toBe(0);
    socket.terminate();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('delivers nothing more once somebody else has begun to close it', () => {
    const { socket, connection, events, receiver } = connected();
    connection.start(receiver);
    socket.message(1);
    socket.close(4_000);
    socket.message(2);
    expect(events).toEqual(['1']);
  });

  it('takes no text', () => {
    const { socket, connection, events, receiver } = connected();
    connection.start(receiver);
    socket.emit('message', Buffer.from('hello'), false);
    socket.message(1);
    expect(socket.closedWith).toBe(1003);
    expect(events).toEqual([]);
  });

  it('ends once, delivers nothing after that, and does not wait for ever', () => {
    const { socket, connection, events, receiver } = connected();
    connection.start(receiver);
    connection.end();
    connection.end();
    connection.write(new Uint8Array(1));
    socket.message(1);
    expect([socket.closedWith, socket.sent.length, socket.isPaused]).toEqual([1000, 0, false]);
    vi.advanceTimersByTime(60_000);
    expect(socket.isTerminated).toBe(true);
    expect(events).toEqual(['closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that was destroyed writes nothing, and tells its end once, also to who comes late', async () => {
    const { socket, connection, events, receiver } = connected();
    connection.destroy();
    connection.write(new Uint8Array(1));
    connection.start(receiver);
    await Promise.resolve();
    expect(socket.sent).toEqual([]);
    expect(events).toEqual(['closed']);
  });
});
