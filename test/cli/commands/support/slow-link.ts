// A long way to a server: everything takes some time to arrive, in either direction.
import { connect, createServer, type Socket } from 'node:net';
import { AUDIOFILE_BASE_PORT, tcpPort } from '#server/transport/addresses';
import type { RunningTest } from '#test/integration/support/running-test';
import { freeServerNumber } from '#test/server/gateway-parts';

/** The server number under which the far end is reached. */
export async function startSlowLink(
  test: RunningTest,
  serverNumber: number,
  delayMs: number,
): Promise<number> {
  const number = await freeServerNumber();
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: tcpPort(serverNumber), noDelay: true });
    near.setNoDelay(true);
    sockets.push(near, far);
    delayed(near, far, delayMs);
    delayed(far, near, delayMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(AUDIOFILE_BASE_PORT + number, () => resolve());
  });
  test.onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return number;
}

function delayed(from: Socket, to: Socket, delayMs: number): void {
  from.on('error', () => to.destroy());
  from.on('data', (chunk: Buffer) => setTimeout(() => to.write(chunk), delayMs));
  from.on('end', () => setTimeout(() => to.end(), delayMs));
}
