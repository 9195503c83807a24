// Stand-ins for the parts of a gateway that a test does not look at, and free ports to run it on.
import { createServer } from 'node:net';
import type { Device, DeviceSet } from '#server/devices/face';
import { createLog, type Log } from '#server/log';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';

/** As much of a device as the gateway shows of it. */
type ShownDevice = Pick<Device, 'name' | 'rateHz' | 'channelCount' | 'encoding'>;

export const shownDevices: readonly ShownDevice[] = [
  { name: 'phone', rateHz: 8_000, channelCount: 1, encoding: 'MU255' },
  { name: 'codec', rateHz: 8_000, channelCount: 1, encoding: 'MU255' },
  { name: 'hifi', rateHz: 48_000, channelCount: 2, encoding: 'LIN16' },
  { name: 'left', rateHz: 48_000, channelCount: 1, encoding: 'LIN16' },
  { name: 'right', rateHz: 48_000, channelCount: 1, encoding: 'LIN16' },
];

export function deviceSetOf(devices: readonly ShownDevice[]): DeviceSet {
  return { devices: devices as readonly Device[], onChange: () => () => {} };
}

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
