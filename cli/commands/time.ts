// `af time`: the times of all devices, at one instant where the server can tell them so.
import { type Connection, extensions } from '#shared/client/index';
import { defineCommand } from '../command.ts';
import { listDevices, type NamedDevice } from '../devices.ts';
import { printJson, printTable } from '../output.ts';
import { printable } from '../shown-text.ts';

interface DeviceTimes {
  /** Otherwise they were asked for one after another. */
  readonly areAtOneInstant: boolean;
  /** The server's own clock at that instant. */
  readonly monotonicMicroseconds?: number;
  readonly devices: readonly {
    readonly number: number;
    readonly name: string | undefined;
    /** Ticks, modulo 2^32. */
    readonly time: number;
    readonly rateHz: number;
  }[];
}

export const time = defineCommand<object>({
  name: 'time',
  summary: 'show the times of all devices',
  configure() {},
  async run(context) {
    const connection = await context.connect();
    const times = await deviceTimes(connection);
    if (context.globals.json) {
      printJson(context, times);
      return;
    }
    const rows = times.devices.map(({ number, name, time, rateHz }) => [
      number,
      printable(name ?? '-'),
      time,
      rateHz,
      clockInWords(time / rateHz),
    ]);
    printTable(context, ['#', 'name', 'time', 'rate', 'since it was 0'], rows);
    if (!times.areAtOneInstant) {
      context.note('This server tells the times one after another, not at one instant.');
    }
  },
});

async function deviceTimes(connection: Connection): Promise<DeviceTimes> {
  const present = (await listDevices(connection)).filter(({ isRemoved }) => !isRemoved);
  const gateway = await connection.extensions.open(extensions.gateway);
  if (gateway === undefined) {
    const devices = await Promise.all(present.map((one) => askTime(connection, one)));
    return { areAtOneInstant: false, devices };
  }
  const { monotonicMicroseconds, devices } = await gateway.ask('GetDeviceTimes', {});
  return {
    areAtOneInstant: true,
    monotonicMicroseconds,
    devices: present.map((one) => row(one, devices[one.device.index]?.time ?? 0)),
  };
}

async function askTime(connection: Connection, one: NamedDevice) {
  const context = await connection.createContext(one.device);
  return row(one, await context.getTime());
}

function row({ device, name }: NamedDevice, time: number) {
  return { number: device.index, name, time, rateHz: device.playRateHz };
}

function clockInWords(seconds: number): string {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const [hours, minutes] = parts.map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
}
