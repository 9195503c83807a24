// Finding a device by what people call it: its name, else its number.
import { type Connection, type Device, extensions } from '#shared/client/index';
import { CommandError, usageError } from './errors.ts';
import { decodeUtf8 } from './utf8-names.ts';

export interface NamedDevice {
  readonly device: Device;
  /** Undefined where the server names no devices, as the original does not. */
  readonly name: string | undefined;
  /** It is gone from the running server; nobody can use it. */
  readonly isRemoved: boolean;
}

/** All devices. Their names come from the GATEWAY extension, else from their property DEVICE_NAME. */
export async function listDevices(connection: Connection): Promise<NamedDevice[]> {
  const gateway = await connection.extensions.open(extensions.gateway);
  if (gateway === undefined) return Promise.all(connection.devices.map(byProperty(connection)));
  const { devices } = await gateway.ask('ListDeviceNames', {});
  return connection.devices.map((device) => {
    const entry = devices[device.index];
    const name = entry && decodeUtf8(entry.name);
    return { device, name, isRemoved: entry?.isRemoved === 1 };
  });
}

function byProperty(connection: Connection) {
  return async (device: Device): Promise<NamedDevice> => {
    const context = await connection.createContext(device);
    // Another type of property is no name.
    const name = await context.properties.getString('DEVICE_NAME').catch(() => undefined);
    await context.free();
    return { device, name: name && decodeUtf8(name), isRemoved: false };
  };
}

/** What a device is wanted for, which decides where none is named. */
export type DeviceUse = 'sound' | 'speech' | 'any';

/** A name counts before a number. Without one: the device that suits the use, never the telephone first. */
export async function findDevice(
  connection: Connection,
  wanted: string | undefined,
  use: DeviceUse = 'any',
): Promise<NamedDevice> {
  const devices = await listDevices(connection);
  if (wanted === undefined) return defaultDevice(devices, use);
  const found =
    devices.find(({ name }) => name === wanted) ??
    devices.find(({ name }) => name?.toLowerCase() === wanted.toLowerCase()) ??
    devices.find(({ device }) => /^\d+$/.test(wanted) && device.index === Number(wanted));
  if (found && !found.isRemoved) return found;
  const known = devices.filter(({ isRemoved }) => !isRemoved).map(deviceTitle);
  throw usageError(
    `The server has no device "${wanted}": choose one of ${known.join(', ')} (see "af devices").`,
  );
}

/** The number, with the name where there is one. */
export function deviceTitle({ device, name }: NamedDevice): string {
  return name === undefined ? String(device.index) : `${device.index} (${name})`;
}

export function isPhone({ device }: NamedDevice): boolean {
  return device.phoneInputMask !== 0 || device.phoneOutputMask !== 0;
}

/**
 * For sound, the best device: the most channels, then the highest rate. For speech and anything else, the
 * first that is no telephone line, as the original programs chose.
 */
function defaultDevice(devices: readonly NamedDevice[], use: DeviceUse): NamedDevice {
  const usable = devices.filter((device) => !device.isRemoved && !isPhone(device));
  const quality = ({ device }: NamedDevice): number =>
    device.playChannelCount * 1e6 + device.playRateHz;
  const ordered = use === 'sound' ? [...usable].sort((a, b) => quality(b) - quality(a)) : usable;
  const [chosen] = [...ordered, ...devices.filter(({ isRemoved }) => !isRemoved)];
  if (chosen) return chosen;
  throw new CommandError('failed', 'The server has no devices: add one to its configuration.');
}
