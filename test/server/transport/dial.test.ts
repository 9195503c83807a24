// Dialing a server over real sockets: names, tries and explanations, and the stream that comes of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIOFILE_BASE_PORT, unixSocketPath } from '#server/transport/addresses';
import { DialError, dialAudioFile } from '#server/transport/dial';
import { nodeStream } from '#server/transport/node-stream';
import type { ByteStream } from '#shared/client/byte-stream';
import { freeServerNumber } from '#test/server/gateway-parts';

let folder: string;
let servers: Server[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'af-'));
  servers = [];
});

afterEach(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

function listen(at: { port: number } | { path: string }, onConnection: (socket: Socket) => void) {
  const server = createServer(onConnection);
  servers.push(server);
  return new Promise<number>((resolve) => {
    const onListening = (): void => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    };
    if ('port' in at) server.listen(at.port, '127.0.0.1', onListening);
    else server.listen(at.path, onListening);
  });
}

/** All that arrives until the end. */
function readAll(stream: ByteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    stream.receive({
      bytes: (chunk) => {
        heard += Buffer.from(chunk).toString();
      },
      drained: () => {},
      closed: (error) => (error ? reject(error) : resolve(heard)),
    });
  });
}

describe('dialing', () => {
  it('reaches a server over TCP, and carries bytes both ways', async () => {
    const port = await listen({ port: 0 }, (socket) => socket.pipe(socket));
    const dialed = await dialAudioFile(`127.0.0.1:${port - AUDIOFILE_BASE_PORT}`);
    expect(dialed.remoteAddress).toBe('127.0.0.1');
    const heard = readAll(dialed.stream);
    dialed.stream.write(new Uint8Array(Buffer.from('to and fro')));
    dialed.stream.close();
    expect(await heard).toBe('to and fro');
  });

  it('reaches a server over its UNIX socket', async () => {
    await listen({ path: unixSocketPath('01', folder) }, (socket) => socket.end('here'));
    const dialed = await dialAudioFile(':01', { unixSocketFolder: folder });
    expect(dialed.remoteAddress).toBeUndefined();
    expect(await readAll(dialed.stream)).toBe('here');
  });

  it('takes the name from the environment', async () => {
    await listen({ path: unixSocketPath('4', folder) }, (socket) => socket.end('four'));
    const environment = { AUDIOFILE: 'unix:4' };
    const dialed = await dialAudioFile(undefined, { unixSocketFolder: folder, environment });
    expect(await readAll(dialed.stream)).toBe('four');
  });

  it('tries again while the UNIX socket is missing, and then explains', async () => {
    const delays: number[] = [];
    const dialing = dialAudioFile(':9', {
      unixSocketFolder: folder,
      wait: async (delayMs) => {
        delays.push(delayMs);
      },
    });
    const error = await dialing.catch((reason) => reason);
    expect(error).toBeInstanceOf(DialError);
    expect(error.code).toBe('ENOENT');
    expect(error.message).toMatch(/":9" .*no such socket.*Start it/);
    expect(delays).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it('tries again on a refused connection, and gets through when the server has started', async () => {
    const serverNumber = await freeServerNumber();
    let waits = 0;
    const dialed = await dialAudioFile(`127.0.0.1:${serverNumber}`, {
      retryDelayMs: 7,
      wait: async (delayMs) => {
        expect(delayMs).toBe(7);
        waits += 1;
        if (waits === 2) {
          await listen({ port: AUDIOFILE_BASE_PORT + serverNumber }, (socket) =>
            socket.end('late'),
          );
        }
      },
    });
    expect(waits).toBe(2);
    expect(await readAll(dialed.stream)).toBe('late');
  });

  it('gives up after as many retries as it was told', async () => {
    const serverNumber = await freeServerNumber();
    let waits = 0;
    const wait = async (): Promise<void> => {
      waits += 1;
    };
    const dialing = dialAudioFile(`127.0.0.1:${serverNumber}`, { retries: 2, wait });
    await expect(dialing).rejects.toThrow(/nobody listens there/);
    expect(waits).toBe(2);
  });

  describe('without a name', () => {
    const unnamed = (serverNumber: number) => ({
      unixSocketFolder: folder,
      environment: {},
      usualServers: [':0', `127.0.0.1:${serverNumber}`],
      retries: 1,
      wait: async () => {},
    });

    it('reaches the UNIX socket of server 0', async () => {
      await listen({ path: unixSocketPath('0', folder) }, (socket) => socket.end('socket'));
      const { stream, address } = await dialAudioFile(undefined, unnamed(0));
      expect(address).toMatchObject({ kind: 'unix', numberText: '0' });
      expect(await readAll(stream)).toBe('socket');
    });

    it('reaches its TCP port where there is no socket, or none that somebody listens at', async () => {
      const port = await listen({ port: 0 }, (socket) => socket.end('port'));
      const options = unnamed(port - AUDIOFILE_BASE_PORT);
      const { stream, address } = await dialAudioFile(undefined, options);
      expect(address).toMatchObject({ kind: 'tcp', port });
      expect(await readAll(stream)).toBe('port');
      await writeFile(unixSocketPath('0', folder), '');
      expect(await readAll((await dialAudioFile(undefined, options)).stream)).toBe('port');
    });

    it('says what was tried and what to do where neither answers', async () => {
      const serverNumber = await freeServerNumber();
      const error = await dialAudioFile(undefined, unnamed(serverNumber)).catch((reason) => reason);
      expect(error).toBeInstanceOf(DialError);
      const [socket, port] = [unixSocketPath('0', folder), AUDIOFILE_BASE_PORT + serverNumber];
      expect(error.message).toBe(
        `No AudioFile server answers on this machine, at ${socket} (there is no such socket) or 127.0.0.1 port ${port} (nobody listens there), and no other was named. Start the gateway ("af serve"), or give the name of a server, such as :1 or host:0, or set AUDIOFILE to it.`,
      );
    });
  });

  it('says what number a server has of which somebody gave the port', async () => {
    const dialing = dialAudioFile('127.0.0.1:1461', { retries: 0 });
    await expect(dialing).rejects.toThrow(/port 1461 is the server "127\.0\.0\.1:50"\.$/);
  });

  it('says which variable named the server that is not there', async () => {
    const dial = (environment: object) =>
      dialAudioFile(undefined, { unixSocketFolder: folder, environment, retries: 0 });
    await expect(dial({ AUDIOFILE: ':9' })).rejects.toThrow(
      /server ":9" \(from AUDIOFILE; .*look at the number\.$/,
    );
    await expect(dial({ DISPLAY: ':9' })).rejects.toThrow(
      /\(from DISPLAY; .*If DISPLAY is only for X, set AUDIOFILE/,
    );
  });

  it('stops with the reason of its signal, before, while and between tries', async () => {
    const reason = new Error('enough');
    const stopped = AbortSignal.abort(reason);
    await expect(dialAudioFile('127.0.0.1:0', { signal: stopped })).rejects.toBe(reason);
    const between = new AbortController();
    const dialing = dialAudioFile(':9', {
      unixSocketFolder: folder,
      signal: between.signal,
      wait: async () => between.abort(reason),
    });
    await expect(dialing).rejects.toBe(reason);
    const waiting = new AbortController();
    const slow = dialAudioFile(':9', {
      unixSocketFolder: folder,
      signal: waiting.signal,
      retryDelayMs: 1_000_000,
    });
    setImmediate(() => setImmediate(() => waiting.abort(reason)));
    await expect(slow).rejects.toBe(reason);
  });
});

describe('the stream of a socket', () => {
  it('asks the writer to wait when the socket is full, and says when there is room', async () => {
    let far: Socket | undefined;
    const port = await listen({ port: 0 }, (socket) => {
      socket.pause();
      far = socket;
    });
    const { stream } = await dialAudioFile(`127.0.0.1:${port - AUDIOFILE_BASE_PORT}`);
    const drained = new Promise<void>((resolve) => {
      stream.receive({ bytes: () => {}, drained: resolve, closed: () => {} });
    });
    const block = new Uint8Array(1024 * 1024);
    let blockCount = 0;
    while (stream.write(block)) blockCount += 1;
    expect(blockCount).toBeLessThan(100);
    far?.resume();
    await drained;
    stream.close();
  });

  it('holds what arrives until somebody receives', async () => {
    let tellSent = (): void => {};
    const sent = new Promise<void>((resolve) => {
      tellSent = resolve;
    });
    const port = await listen({ port: 0 }, (socket) => socket.end('early', tellSent));
    const { stream } = await dialAudioFile(`127.0.0.1:${port - AUDIOFILE_BASE_PORT}`);
    await sent;
    await new Promise((resolve) => setImmediate(resolve));
    expect(await readAll(stream)).toBe('early');
  });

  it('tells of a connection that was reset', async () => {
    const port = await listen({ port: 0 }, (socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { stream } = await dialAudioFile(`127.0.0.1:${port - AUDIOFILE_BASE_PORT}`);
    const heard = readAll(stream);
    stream.write(Uint8Array.of(1));
    await expect(heard).rejects.toThrow(/ECONNRESET/);
  });

  it('can serve the listening side just as well', async () => {
    const port = await listen({ port: 0 }, (socket) => {
      const stream = nodeStream(socket);
      stream.receive({
        bytes: (chunk) => {
          stream.write(chunk);
          stream.close();
        },
        drained: () => {},
        closed: () => {},
      });
    });
    const { stream } = await dialAudioFile(`127.0.0.1:${port - AUDIOFILE_BASE_PORT}`);
    const heard = readAll(stream);
    stream.write(new Uint8Array(Buffer.from('echo')));
    expect(await heard).toBe('echo');
  });
});
