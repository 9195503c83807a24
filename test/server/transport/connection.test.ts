// Connections over real sockets: what they carry, how they pause and all the ways in which they end.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bytes, closing, dial, openTcp, received } from './doors.ts';

describe('a connection', () => {
  it('answers a peer that has finished sending, and then closes', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    socket.end('question');
    const seen = (await next()).start();
    // As a dispatcher does that gathers its answers for the end of the turn.
    seen.onBytes = () => setImmediate(() => seen.connection.write(bytes('answer')));
    expect(await received(socket)).toBe('answer');
    await seen.closed;
    expect(seen.events).toEqual(['question', 'closed']);
  });

  it('hands on bytes of the one buffer that every connection is read into', async () => {
    const { next, port } = await openTcp();
    const buffers: ArrayBuffer[] = [];
    for (const text of ['one', 'another']) {
      const socket = await dial({ port });
      const { connection } = await next();
      const arrived = new Promise<string>((resolve) => {
        connection.start({
          bytes(chunk, byteCount) {
            buffers.push(chunk.buffer);
            resolve(Buffer.from(chunk.subarray(0, byteCount)).toString('latin1'));
          },
          drained() {},
          closed() {},
        });
      });
      socket.write(text);
      expect(await arrived).toBe(text);
    }
    expect(buffers[1]).toBe(buffers[0]);
  });

  it('stays open for a finished peer as long as reading is paused, which says that answers are owed', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const answer = received(socket);
    socket.end('question');
    const seen = (await next()).start();
    await new Promise<void>((resolve) => {
      seen.onBytes = () => {
        seen.connection.pause();
        resolve();
      };
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.events).toEqual(['question']);
    seen.connection.resume();
    setImmediate(() => seen.connection.write(bytes('late answer')));
    expect(await answer).toBe('late answer');
    await seen.closed;
  });

  /** A connection that pauses at the first bytes, of a peer that then sends more. */
  async function pausedWithMore() {
    const { next, port } = await openTcp();
    const socket = await dial({ port, isReading: false });
    const seen = (await next()).start();
    await new Promise<void>((resolve) => {
      seen.onBytes = () => {
        seen.connection.pause();
        resolve();
      };
      socket.write('question');
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    await new Promise((resolve) => socket.write('more', resolve));
    return { socket, seen };
  }

  it('notices during a pause that its peer resets it, although more had been sent', async () => {
    const { socket, seen } = await pausedWithMore();
    // Closing before an answer was read is a reset; `resetAndDestroy` would finish sending first.
    seen.connection.write(bytes('unread'));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await seen.closed;
    expect(seen.events).toEqual(['question', 'closed']);
  });

  it('cuts a peer off that has finished sending when its receiver only pauses for ten seconds', async () => {
    const { socket, seen } = await pausedWithMore();
    socket.end();
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(9_999);
    seen.onBytes = () => seen.connection.pause();
    seen.connection.resume();
    while (seen.events.length < 2) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(9_999);
    seen.connection.pause();
    vi.advanceTimersByTime(9_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.events).toEqual(['question', 'more']);
    vi.advanceTimersByTime(1);
    await seen.closed;
    expect(seen.events).toEqual(['question', 'more', 'closed']);
  });

  it('delivers what came during a pause in order, and only as long as the receiver takes it', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    let text = '';
    seen.onBytes = (received) => {
      text += received;
      seen.connection.pause();
      setImmediate(() => seen.connection.resume());
    };
    const expected = Array.from({ length: 500 }, (_, index) => `${index},`).join('');
    for (const piece of expected.split(/(?<=,)/)) {
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.end();
    await received(socket);
    await seen.closed;
    expect(text).toBe(expected);
  });

  it('delivers nothing while it is paused, and leaves the rest with the peer', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const total = 64 * 1024 * 1024;
    const seen = (await next()).start();
    await new Promise<void>((resolve) => {
      seen.onBytes = () => {
        seen.connection.pause();
        resolve();
      };
      socket.write(Buffer.alloc(total));
    });
    const { byteCount } = seen;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.byteCount).toBe(byteCount);
    expect(socket.writableLength).toBeGreaterThan(0);
    const all = new Promise<void>((resolve) => {
      seen.onBytes = () => seen.byteCount === total && resolve();
    });
    seen.connection.resume();
    await all;
  });

  it('counts what the kernel has not taken, and tells when it took everything', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const { connection, events } = (await next()).start();
    expect(connection.queuedByteCount).toBe(0);
    connection.write(bytes('small'));
    expect(connection.queuedByteCount).toBe(0);
    const total = 64 * 1024 * 1024;
    connection.write(new Uint8Array(total));
    expect(connection.queuedByteCount).toBe(total);
    let byteCount = 0;
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        byteCount += chunk.length;
        if (byteCount === total + 5) resolve();
      });
    });
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['drained']);
    expect(connection.queuedByteCount).toBe(0);
  });

  it('gives bytes back that have left, or wait as a copy, and keeps those that wait themselves', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const { connection } = (await next()).start();
    const pieces = [bytes('small'), new Uint8Array(64 * 1024 * 1024), bytes('later')] as const;
    const areBack = pieces.map((piece) => {
      const isBack = connection.write(piece);
      if (isBack) piece.fill(0);
      return isBack;
    });
    expect(areBack).toEqual([true, false, true]);
    connection.end();
    const all = await received(socket);
    expect([all.slice(0, 5), all.slice(-5)]).toEqual(['small', 'later']);
    expect(connection.write(bytes('after the end'))).toBe(true);
  });

  it('sends all that is queued before it ends', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const { connection, closed } = (await next()).start();
    const total = 16 * 1024 * 1024;
    connection.write(new Uint8Array(total));
    connection.end();
    expect((await received(socket)).length).toBe(total);
    socket.end();
    await closed;
  });

  it('lets a last answer arrive although the peer had sent more, which is not delivered', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    socket.write('first');
    const seen = (await next()).start();
    seen.onBytes = () => {
      seen.connection.write(bytes('refused'));
      seen.connection.end();
      socket.write(Buffer.alloc(1024 * 1024));
    };
    expect(await received(socket)).toBe('refused');
    socket.end();
    await seen.closed;
    expect(seen.events).toEqual(['first', 'closed']);
  });

  it('does not wait for ever for its peer to close after the end', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    seen.connection.end();
    await new Promise((resolve) => socket.on('end', resolve).resume());
    expect(seen.events).toEqual([]);
    vi.advanceTimersByTime(1_000);
    await seen.closed;
    expect(seen.events).toEqual(['closed']);
  });

  it('does not wait for ever for a peer that sends and never reads', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    seen.connection.write(new Uint8Array(64 * 1024 * 1024));
    seen.connection.end();
    await new Promise((resolve) => socket.write('more and more', resolve));
    expect(seen.events).toEqual([]);
    vi.advanceTimersByTime(30_000);
    await seen.closed;
    expect(seen.events).toEqual(['closed']);
  });

  it('survives a reset by its peer, and closes once', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    seen.connection.write(bytes('lost'));
    socket.resetAndDestroy();
    await seen.closed;
    seen.connection.write(bytes('after the end'));
    seen.connection.pause();
    seen.connection.resume();
    seen.connection.end();
    seen.connection.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.events).toEqual(['closed']);
    expect(seen.connection.queuedByteCount).toBe(0);
  });

  it('loses what is queued when it is destroyed, and closes once', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const ended = closing(socket.on('end', () => socket.end()));
    const seen = (await next()).start();
    seen.connection.write(new Uint8Array(64 * 1024 * 1024));
    seen.connection.destroy();
    seen.connection.destroy();
    expect(seen.connection.queuedByteCount).toBe(0);
    await Promise.all([seen.closed, ended]);
    expect(seen.events).toEqual(['closed']);
  });

  it('tells a receiver that comes too late that it is closed', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = await next();
    seen.connection.destroy();
    await closing(socket.on('end', () => socket.end()));
    seen.start();
    await seen.closed;
    expect(seen.events).toEqual(['closed']);
  });
});
