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

/** A server number whose TCP port is free now; apart from those that people use. */
export async function freeServerNumber(): Promise<number> {
  for (;;) {
    const port = await freePort();
    // Below the base there is no server number.
    if (port > AUDIOFILE_BASE_PORT) return port - AUDIOFILE_BASE_PORT;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
