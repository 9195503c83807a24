// Every kind of client goes away in the middle of everything, while sound flows to others: they hear every
// sample, and nothing of whoever went stays behind.
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { tcpPort } from '#server/transport/addresses';
import { connectAudioFile } from '#shared/client/index';
import { encodeFrame } from '#shared/relay/frame';
import { openPage, openWebSocket, webSocketStream } from '#test/support/web-socket-client';
import { openClient, openRawClient, openSocket, requestBytes } from './support/clients.ts';
import { compileGateway, type GatewayProcess, startProcess } from './support/gateway-process.ts';
import { HIFI, RATE_HZ, steadyGateway } from './support/steady-sound.ts';
import { sleepMs, until } from './support/waiting.ts';

beforeAll(compileGateway, 120_000);

const CODEC = 1;
const HOUR_FRAMES = 3_600 * 8_000;

/** How somebody goes: with a reset, or with an end of sending that nobody follows up. */
type Leaves = (socket: Socket) => void;
const resets: Leaves = (socket) => socket.resetAndDestroy();
const closes: Leaves = (socket) => socket.destroy();

type Visit = (gateway: GatewayProcess) => Promise<void>;

async function program(
  gateway: GatewayProcess,
  leaves: Leaves,
  request: (id: number) => Uint8Array,
) {
  const { socket, resourceIdBase } = await openRawClient(gateway.serverNumber);
  socket.write(requestBytes.createContext(resourceIdBase, CODEC));
  socket.write(request(resourceIdBase));
  await sleepMs(50);
  leaves(socket);
}

async function page(
  gateway: GatewayProcess,
  does: (page: Awaited<ReturnType<typeof openPage>>) => Promise<void>,
) {
  const opened = await openPage(`http://127.0.0.1:${gateway.httpPort}/`);
  await opened.next('devices');
  await does(opened);
  await sleepMs(100);
  opened.webSocket.terminate();
}

/** Half a request, whatever the path. */
async function halfRequest(gateway: GatewayProcess, leaves: Leaves, text: string) {
  const socket = connect(gateway.httpPort, '127.0.0.1');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(text);
  await sleepMs(50);
  leaves(socket);
}

const microphoneFrame = encodeFrame(
  {
    ...{ kind: 'heard', flags: 0, device: HIFI, encoding: 'LIN16', channelCount: 1 },
    ...{ frameCount: 480, sequence: 0, startTime: 0 as never, senderMicroseconds: 0 },
  },
  new Uint8Array(960),
);

const { play, record, getTime } = requestBytes;

const visits: Readonly<Record<string, Visit>> = {
  'a program in its set-up': async (gateway) => {
    const socket = await openSocket(gateway.serverNumber);
    socket.write(Uint8Array.of(0x6c, 0, 3, 0));
    await sleepMs(50);
    resets(socket);
  },
  'a program in the middle of a request': (gateway) =>
    program(gateway, resets, (id) => play(id, 0, 4_000).subarray(0, 1_000)),
  'a program whose play waits': (gateway) =>
    program(gateway, resets, (id) => play(id, HOUR_FRAMES, 4_000)),
  'a program whose record waits': (gateway) =>
    program(gateway, resets, (id) => record(id, HOUR_FRAMES, 4_000)),
  'a program that does not read its answers': async (gateway) => {
    const { socket, resourceIdBase } = await openRawClient(gateway.serverNumber);
    socket.pause();
    socket.write(requestBytes.createContext(resourceIdBase, CODEC));
    for (let i = 0; i < 2_000; i++) socket.write(getTime(resourceIdBase));
    await sleepMs(50);
    resets(socket);
  },
  'a program that just closes': (gateway) => program(gateway, closes, (id) => getTime(id)),
  'a program of the UNIX socket': async (gateway) => {
    const { socket, resourceIdBase } = await openRawClient(gateway.serverNumber, { door: 'UNIX' });
    socket.write(requestBytes.createContext(resourceIdBase, CODEC));
    // With a whole record that waits, nobody could tell for ten seconds (broken-connections.test.ts).
    socket.write(record(resourceIdBase, HOUR_FRAMES, 4_000).subarray(0, 12));
    await sleepMs(50);
    closes(socket);
  },
  'a page before it said hello': async (gateway) => {
    const link = `http://127.0.0.1:${gateway.httpPort}/`;
    const webSocket = await openWebSocket(link, 'relay', {});
    webSocket.terminate();
  },
  'a page that listens': (gateway) =>
    page(gateway, async ({ send }) => send({ type: 'listen', device: HIFI, frameMs: 10 })),
  'a page that speaks': (gateway) =>
    page(gateway, async ({ send, webSocket }) => {
      send({ type: 'speak', device: HIFI, rateHz: RATE_HZ, channelCount: 1 });
      webSocket.send(microphoneFrame);
    }),
  'a page that does both and plays together': (gateway) =>
    page(gateway, async ({ send }) => {
      send({ type: 'listen', device: HIFI, frameMs: 20 });
      send({ type: 'speak', device: HIFI, rateHz: RATE_HZ, channelCount: 1 });
      send({ type: 'sync', latencyMs: 100 });
    }),
  'a program in a page whose play waits': async (gateway) => {
    const link = `http://127.0.0.1:${gateway.httpPort}/`;
    const webSocket = await openWebSocket(link, 'audiofile', {});
    const connection = await connectAudioFile(webSocketStream(webSocket));
    const context = await connection.createContext(CODEC);
    context
      .play({ startTime: HOUR_FRAMES as never, samples: new Uint8Array(1_000) })
      .catch(() => {});
    await sleepMs(50);
    webSocket.terminate();
  },
  'somebody in the middle of an API request': (gateway) =>
    halfRequest(gateway, resets, 'GET /api/status HTTP/1.1\r\nHost: 127.0.0.1'),
  'somebody who does not wait for the answer': (gateway) =>
    halfRequest(gateway, resets, 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
  'somebody in the middle of an upgrade': (gateway) =>
    halfRequest(
      gateway,
      closes,
      'GET /relay HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n',
    ),
};

/** How much of everything there is, as the gateway and the kernel tell. */
async function inventory({ httpPort, pid }: GatewayProcess) {
  const ask = async (path: string) =>
    (await (await fetch(`http://127.0.0.1:${httpPort}/api/${path}`)).json()).length;
  const [clients, listeners, speakers] = await Promise.all(
    ['clients', 'listeners', 'speakers'].map(ask),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const pages = Number(/^audiofile_pages (\d+)/m.exec(metrics)?.[1]);
  return { clients, listeners, speakers, pages, files: openFiles(pid) };
}

/** Sockets, files and pipes; the kernel's own count. 0 where nobody tells. */
function openFiles(pid: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : 0;
}

describe.concurrent('clients that go away in the middle of everything', () => {
  it('leave nothing behind, and others hear every sample', async (test) => {
    const gateway = await startProcess(test);
    const { sound, listener, link } = await steadyGateway(test, gateway);
    listener.look();
    const before = await inventory(gateway);
    for (let round = 0; round < 3; round++) {
      await Promise.all(Object.values(visits).map((visit) => visit(gateway)));
    }
    await until('all is as it was before', 15_000, async () => {
      const { files, ...now } = await inventory(gateway);
      // A connection of those who ask here may be kept open.
      return (
        JSON.stringify(now) ===
          JSON.stringify({
            clients: before.clients,
            listeners: before.listeners,
            speakers: before.speakers,
            pages: before.pages,
          }) && files <= before.files + 6
      );
    });
    const heard = listener.look();
    expect(heard).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });
    expect(heard.frameCount).toBeGreaterThan(RATE_HZ / 5);
    expect(sound.lateCount()).toBe(0);
    // Who comes next is served.
    const next = await openClient(gateway.serverNumber);
    expect(await (await next.createContext(CODEC)).getTime()).toBeGreaterThan(0);
    await next.close();
    expect((await fetch(`${link}healthz`)).status).toBe(200);
    await sound.stop();
    expect(gateway.output.stderr).not.toMatch(/\b(warn|error)\b/);
  });
});

describe.concurrent('a gateway without file descriptors', () => {
  it('goes on serving those who are there, says so once, and recovers', async (test) => {
    const gateway = await startProcess(test, { fileLimit: 300 });
    const { sound, listener, link } = await steadyGateway(test, gateway);
    listener.look();
    const crowd: Socket[] = [];
    test.onTestFinished(() => {
      for (const socket of crowd) socket.destroy();
    });
    for (let i = 0; i < 400; i++) {
      const socket = connect(i % 2 === 0 ? gateway.httpPort : tcpPort(gateway.serverNumber));
      socket.on('error', () => {});
      crowd.push(socket);
    }
    await until('it has no more', 5_000, () => /bound of open files/.test(gateway.output.stderr));
    // Whoever comes now is not served, one way or the other.
    const visitor = await fetch(`${link}healthz`, { signal: AbortSignal.timeout(500) }).then(
      ({ status }) => status,
      () => 'none',
    );
    expect(visitor).toBe('none');
    await sleepMs(1_500);
    expect(listener.look()).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });
    for (const socket of crowd) socket.destroy();
    await until('programs are served again', 5_000, async () => {
      const program = await openClient(gateway.serverNumber).catch(() => undefined);
      await program?.close();
      return program !== undefined;
    });
    await until('pages are served again', 5_000, async () => {
      const answer = await fetch(`${link}healthz`, { signal: AbortSignal.timeout(500) }).catch(
        () => undefined,
      );
      return answer?.status === 200;
    });
    const heard = listener.look();
    expect(heard).toMatchObject({ wrongFrameCount: 0, gapCount: 0 });
    expect(sound.lateCount()).toBe(0);
    await sound.stop();
    const complaints = gateway.output.stderr
      .split('\n')
      .filter((line) => /bound of open files/.test(line));
    // And not for every knock.
    expect(complaints).toHaveLength(1);
  });
});
