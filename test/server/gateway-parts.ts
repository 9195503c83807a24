// A log that a test does not look at, and free ports to run a gateway on.
import { createServer } from 'node:net';
import { createLog, type Log } from '#server/log';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';

export const silentLog: Log = createLog({
  level: 'silent',
  write: () => {},
  now: () => new Date(0),
});

/** A server number whose TCP port is free now. */
export async function freeServerNumber(): Promise<number> {
  return (await freePort()) - AUDIOFILE_BASE_PORT;
}

// Below the ports that systems hand out to whoever connects, so that no other test gets it meanwhile.
const FIRST_PORT = 10_000;
const PORT_COUNT = 20_000;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
