// `af events`: what happens on devices, as it happens.
import { Option } from 'commander';
import type { AudioEvent, Connection, EventName } from '#shared/client/index';
import { defineCommand } from '../command.ts';
import { findDevice, listDevices, type NamedDevice } from '../devices.ts';
import { printable } from '../shown-text.ts';
import { decodeUtf8 } from '../utf8-names.ts';
import { parseCount } from '../values.ts';
import { eventJson, eventLine } from './event-words.ts';

const kinds = {
  ring: 'PhoneRing',
  key: 'PhoneDTMF',
  loop: 'PhoneLoop',
  hook: 'PhoneHookSwitch',
  dsp: 'DSP',
  property: 'Property',
} as const satisfies Record<string, EventName>;

type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

interface EventsOptions {
  readonly count?: number;
  readonly rings?: number;
  readonly kind?: readonly Kind[];
}

export const events = defineCommand<EventsOptions>({
  name: 'events',
  summary: 'show what happens: rings, keys, hook, loop current, properties',
  configure(command) {
    command
      .argument('[device]', 'its name or number; all devices otherwise')
      .addOption(
        new Option('-k, --kind <kinds...>', 'only these kinds of events').choices(kindNames),
      )
      .option('-n, --count <number>', 'end after so many events', parseCount)
      .option('--rings <number>', 'end when the line has rung so many times', parseCount);
  },
  async run(context, [wanted], { count, rings, kind = kindNames }) {
    const { signal, globals, stdout } = context;
    const connection = await context.connect();
    const devices =
      wanted === undefined
        ? (await listDevices(connection)).filter(({ isRemoved }) => !isRemoved)
        : [await findDevice(connection, wanted)];
    const names = kind.map((one) => kinds[one]);
    const stream = connection.events({ names }, { signal });
    const shown = new Map(devices.map((one) => [Number(one.device.index), nameOf(one)]));
    await Promise.all(devices.map((one) => selectAll(connection, one, names)));
    context.note(`Waiting for events${count === undefined ? '; ctrl-C ends it' : ''}.`);
    let [left, ringsLeft] = [count, rings];
    while (left !== 0 && ringsLeft !== 0) {
      const next = await stream.next();
      if (next.done) return;
      const event = next.value;
      // Original servers send everybody everything.
      const device = shown.get(event.device);
      if (device === undefined) continue;
      const eventNames = { device, property: await propertyOf(connection, event) };
      const nowMs = Date.now();
      stdout.write(
        globals.json
          ? `${JSON.stringify(eventJson(event, eventNames, nowMs))}\n`
          : `${printable(eventLine(event, eventNames, nowMs))}\n`,
      );
      if (left !== undefined) left -= 1;
      if (ringsLeft !== undefined && endsRing(event)) ringsLeft -= 1;
    }
  },
});

function nameOf({ device, name }: NamedDevice): string {
  return name ?? String(device.index);
}

async function selectAll(
  connection: Connection,
  { device }: NamedDevice,
  names: readonly EventName[],
): Promise<void> {
  const context = await connection.createContext(device);
  await context.selectEvents(names);
}

async function propertyOf(connection: Connection, event: AudioEvent): Promise<string | undefined> {
  if (event.event !== 'Property') return undefined;
  return decodeUtf8(await connection.atoms.nameOf(event.property));
}

function endsRing(event: AudioEvent): boolean {
  return event.event === 'PhoneRing' && event.state === 0;
}
