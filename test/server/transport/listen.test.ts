// The doors with real sockets: who gets a connection, and what is said where a door cannot be opened.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenTcp } from '#server/transport/listen';
import { ListenError, tcpListenError, unixListenError } from '#server/transport/listen-error';
import { whoMayReplace } from '#server/transport/unix-socket-file';
import { newFolder } from '#test/support/new-folder';
import { bytes, closing, dial, openTcp, openUnix, received } from './doors.ts';

async function refusal(attempt: Promise<unknown>): Promise<ListenError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ListenError)) throw new Error(`no ListenError, but ${error}`);
  return error;
}

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
    const folder = newFolder();
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
    const socketPath = path.join(newFolder(), 'AF7');
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
    const socketPath = path.join(newFolder(), 'AF8');
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
