// Finding the device whose telephone line a command is about.
import type { Connection } from '#shared/client/index';
import { deviceTitle, findDevice, isPhone, listDevices, type NamedDevice } from './devices.ts';
import { CommandError, usageError } from './errors.ts';

/** The one that is named, which must have a line; else the first that has one. */
export async function findPhone(
  connection: Connection,
  wanted: string | undefined,
): Promise<NamedDevice> {
  if (wanted !== undefined) {
    const found = await findDevice(connection, wanted);
    if (isPhone(found)) return found;
    throw usageError(
      `Device ${deviceTitle(found)} has no telephone line: leave --device out to use the one that has.`,
    );
  }
  const found = (await listDevices(connection)).find((one) => isPhone(one) && !one.isRemoved);
  if (found) return found;
  throw new CommandError(
    'failed',
    'No device of this server has a telephone line: use another server, or add one to its configuration.',
  );
}
