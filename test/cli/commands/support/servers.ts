// Servers other than a whole gateway: one like the original, without extensions and names, and a way into
// a gateway from an address that is not its own.
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { AUDIOFILE_BASE_PORT, tcpPort } from '#server/transport/addresses';
import { listenTcp } from '#server/transport/listen';
import type { RunningTest } from '#test/integration/support/running-test';
import { freePort } from '#test/server/gateway-parts';
import { createTestServer, type TestServer } from '#test/support/dispatch';

/** Its time stands still unless the test moves it. */
export async function startPlainServer(
  test: RunningTest,
): Promise<{ name: string; server: TestServer }> {
  const server = createTestServer({ soon: setImmediate });
  const port = await freePort();
  const listener = await listenTcp({
    host: '127.0.0.1',
    port,
    onConnection: (connection) => server.dispatch.accept(connection),
  });
  test.onTestFinished(async () => {
    server.dispatch.close();
    await listener.close(100);
  });
  return { name: serverName(port), server };
}

/** Loopback to the kernel, but no address that any interface has. Only Linux lets a socket have it. */
const STRANGER = '127.0.0.2';

/** The name under which a gateway sees whoever connects as a stranger. */
export function openStrangersDoor(test: RunningTest, serverNumber: number): Promise<string> {
  return startListener(test, (socket) => {
    const onward = openSocket({
      ...{ host: '127.0.0.1', port: tcpPort(serverNumber), localAddress: STRANGER },
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  }).then(serverName);
}

/** Anything that takes connections; resolves with its port. */
export async function startListener(
  test: RunningTest,
  onConnection: (socket: Socket) => void,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  test.onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return port;
}

export function serverName(port: number): string {
  return `127.0.0.1:${port - AUDIOFILE_BASE_PORT}`;
}
