// The doors with real sockets: who gets a connection, how it begins and all the ways in which it ends.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransportConnection } from '#server/transport/connection';
import { type Listener, listenTcp, listenUnix } from '#server/transport/listen';
import { ListenError, tcpListenError, unixListenError } from '#server/transport/listen-error';
import { whoMayReplace } from '#server/transport/unix-socket-file';

/** What happened to one accepted connection, in order. */
class Seen {
  readonly events: string[] = [];
  readonly connection: TransportConnection;
  byteCount = 0;
  onBytes: (text: string) => void = () => {};
  readonly closed: Promise<void>;

  constructor(connection: TransportConnection) {
    this.connection = connection;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  #onClosed: () => void = () => {};

  start(): this {
    this.connection.start({
      bytes: (chunk, byteCount) => {
        this.byteCount += byteCount;
        const text = Buffer.from(chunk.subarray(0, byteCount)).toString('latin1');
        this.events.push(text);
        this.onBytes(text);
      },
      drained: () => this.events.push('drained'),
      closed: () => {
        this.events.push('closed');
        this.#onClosed();
      },
    });
    return this;
  }
}

const cleanups: (() => unknown)[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-listen-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

/** A door on a free port; `next` gives the connections that it accepts, in order. */
async function openTcp(host = '127.0.0.1') {
  return watched((onConnection) => listenTcp({ host, port: 0, onConnection }));
}

async function openUnix(socketPath = path.join(folder, 'sockets', 'AF0')) {
  return watched((onConnection) => listenUnix({ path: socketPath, onConnection }));
}

async function watched(
  open: (onConnection: (connection: TransportConnection) => void) => Promise<Listener>,
) {
  const accepted: Seen[] = [];
  const waiting: ((seen: Seen) => void)[] = [];
  const listener = await open((connection) => {
    const seen = new Seen(connection);
    const next = waiting.shift();
    if (next) next(seen);
    else accepted.push(seen);
  });
  cleanups.push(() => listener.close());
  const next = (): Promise<Seen> =>
    new Promise((resolve) => {
      const seen = accepted.shift();
      if (seen) resolve(seen);
      else waiting.push(resolve);
    });
  return { listener, next, port: listener.port ?? 0 };
}

type DialOptions = ({ port: number; host?: string } | { path: string }) & { isReading?: boolean };

function dial({ isReading = true, ...options }: DialOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, allowHalfOpen: true });
    if (!isReading) socket.pause();
    cleanups.push(() => socket.destroy());
    socket.on('error', reject);
    socket.on('connect', () => resolve(socket));
  });
}

/** Everything that a peer receives until the other side closes. */
async function received(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}

async function refusal(attempt: Promise<unknown>): Promise<ListenError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ListenError)) throw new Error(`no ListenError, but ${error}`);
  return error;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('a TCP door', () => {
  it('gives a connection with its peer, and carries bytes both ways', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    expect(seen.connection.peer).toEqual({
      kind: 'tcp',
      address: '127.0.0.1',
      port: socket.localPort,
    });
    seen.onBytes = () => {
      seen.connection.write(bytes('pong'));
      seen.connection.end();
    };
    socket.write('ping');
    expect(await received(socket)).toBe('pong');
    socket.end();
    await seen.closed;
    expect(seen.events).toEqual(['ping', 'closed']);
  });

  it('shows an IPv4 peer of an IPv6 door by its IPv4 address', async () => {
    const { next, port } = await openTcp('::');
    await dial({ port, host: '127.0.0.1' });
    expect((await next()).connection.peer).toMatchObject({ address: '127.0.0.1' });
  });

  it('keeps what a peer sends before the connection is started', async () => {
    const { next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = await next();
    await new Promise((resolve) => socket.write('early', resolve));
    const first = new Promise((resolve) => {
      seen.onBytes = resolve;
    });
    seen.start();
    await first;
    expect(seen.events).toEqual(['early']);
  });

  it('names this very process when the port is taken, in one sentence with a way out', async () => {
    const { port } = await openTcp();
    const error = await refusal(listenTcp({ host: '127.0.0.1', port, onConnection: () => {} }));
    expect(error.code).toBe('AF_ADDRESS_IN_USE');
    expect(error.message).toContain(`Port ${port} on 127.0.0.1`);
    if (process.platform === 'linux') expect(error.message).toContain(`(process ${process.pid})`);
    expect(error.message).toContain('--server-number');
    expect(error.message.match(/\.( |$)/g)).toHaveLength(1);
  });

  it('says when an address is not one of this machine', async () => {
    const error = await refusal(listenTcp({ host: '192.0.2.1', port: 0, onConnection: () => {} }));
    expect(error.code).toBe('AF_ADDRESS_NOT_HERE');
    expect(error.message).toContain('192.0.2.1');
  });

  it('says in one sentence that a port may not be opened, and what to do', () => {
    const { code, message } = tcpListenError(failure('EACCES'), {
      host: '127.0.0.1',
      port: 80,
      remedy: 'choose another',
    });
    expect(code).toBe('AF_PERMISSION_DENIED');
    expect(message).toMatch(/^Port 80 on 127.0.0.1 may not be opened .*, or choose another\.$/);
  });

  it('accepts two thousand connections', async () => {
    const { next, port } = await openTcp();
    const sockets = await Promise.all(Array.from({ length: 2_000 }, () => dial({ port })));
    const all = await Promise.all(sockets.map(() => next()));
    expect(new Set(all.map(({ connection }) => connection)).size).toBe(2_000);
  });

  it('refuses new connections once it stops accepting, and goes on with the old ones', async () => {
    const { listener, next, port } = await openTcp();
    const socket = await dial({ port });
    const seen = (await next()).start();
    listener.stopAccepting();
    await expect(dial({ port })).rejects.toThrow('ECONNREFUSED');
    const answered = new Promise((resolve) => socket.once('data', resolve));
    seen.connection.write(bytes('still here'));
    expect(String(await answered)).toBe('still here');
  });

  it('closes every connection when it closes', async () => {
    const { listener, next, port } = await openTcp();
    const socket = await dial({ port });
    const ended = closing(socket);
    const seen = (await next()).start();
    socket.on('end', () => socket.end());
    await listener.close();
    await Promise.all([ended, seen.closed]);
    expect(seen.events).toEqual(['closed']);
  });
});

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
    cleanups.push(() => vi.useRealTimers());
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
    cleanups.push(() => vi.useRealTimers());
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
    cleanups.push(() => vi.useRealTimers());
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

describe('a UNIX door', () => {
  it('makes its folder and its socket for everybody, and removes the socket when it closes', async () => {
    const { listener, next } = await openUnix();
    expect(statSync(path.dirname(listener.address)).mode & 0o7777).toBe(0o1777);
    expect(statSync(listener.address).mode & 0o666).toBe(0o666);
    const socket = await dial({ path: listener.address });
    const seen = (await next()).start();
    expect(seen.connection.peer).toEqual({ kind: 'unix' });
    seen.connection.write(bytes('hello'));
    seen.connection.end();
    expect(await received(socket)).toBe('hello');
    await listener.close();
    expect(existsSync(listener.address)).toBe(false);
  });

  it('leaves a folder that exists as it is', async () => {
    chmodSync(folder, 0o750);
    await openUnix(path.join(folder, 'AF0'));
    expect(statSync(folder).mode & 0o7777).toBe(0o750);
  });

  it('is no longer open when somebody else has put a socket in its place', async () => {
    const { listener } = await openUnix();
    expect(listener.isOpen).toBe(true);
    renameSync(listener.address, `${listener.address}-away`);
    expect(listener.isOpen).toBe(false);
    await openUnix(listener.address);
    expect(listener.isOpen).toBe(false);
    rmSync(`${listener.address}-away`);
  });

  it.each([
    ['root’s and sticky, as /tmp is', 0, 0o1777, undefined],
    ['one’s own and sticky', 500, 0o1777, undefined],
    ['one’s own and private', 500, 0o755, undefined],
    ['somebody else’s', 501, 0o1777, 'the user with id 501'],
    ['open to everybody and not sticky', 0, 0o777, 'every user who may write to its folder'],
    ['open to a group and not sticky', 500, 0o770, 'every user who may write to its folder'],
  ])('knows who can take its place in a folder that is %s', (_what, uid, mode, who) => {
    expect(whoMayReplace({ uid, mode }, 500) ?? '').toMatch(who ?? /^$/);
  });

  it('takes the place of a socket on which nobody answers', async () => {
    const socketPath = path.join(folder, 'AF7');
    await leaveStaleSocket(socketPath);
    expect(existsSync(socketPath)).toBe(true);
    const { next } = await openUnix(socketPath);
    await dial({ path: socketPath });
    expect((await next()).connection.peer).toEqual({ kind: 'unix' });
  });

  it('does not touch a socket on which somebody answers, and says who', async () => {
    const { listener, next } = await openUnix();
    const error = await refusal(openUnix(listener.address));
    expect(error.code).toBe('AF_ADDRESS_IN_USE');
    expect(error.message).toContain(listener.address);
    if (process.platform === 'linux') expect(error.message).toContain(`(process ${process.pid})`);
    expect(error.message).toContain('--server-number');
    await next();
    await dial({ path: listener.address });
    expect((await next()).connection.peer).toEqual({ kind: 'unix' });
  });

  it('does not touch a file that is no socket', async () => {
    const socketPath = path.join(folder, 'AF8');
    writeFileSync(socketPath, 'precious');
    const error = await refusal(openUnix(socketPath));
    expect(error.code).toBe('AF_NOT_A_SOCKET');
    expect(statSync(socketPath).size).toBe(8);
  });

  it('says in one sentence that a socket may not be made, and what to do', () => {
    const { code, message } = unixListenError(failure('EACCES'), '/somewhere/AF9');
    expect(code).toBe('AF_PERMISSION_DENIED');
    expect(message).toMatch(/^The socket \/somewhere\/AF9 may not be made .*--server-number.*\.$/);
  });
});

function failure(code: string): Error {
  return Object.assign(new Error(`made up: ${code}`), { code });
}

/** As a server leaves it that was killed: the file stays, and nobody listens. */
async function leaveStaleSocket(socketPath: string): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`;
  const child = spawn(process.execPath, ['-e', code]);
  await new Promise((resolve) => child.on('exit', resolve));
}
