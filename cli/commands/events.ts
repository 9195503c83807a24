// `af events`: what happens on devices, as it happens.
import { Option } from 'commander';
import type { AudioEvent, Connection, EventName, EventSubscription } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { findDevice, listDevices, type NamedDevice } from '../devices.ts';
import { addRetry, type RetryOption, withLasting } from '../lasting-connection.ts';
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

interface EventsOptions extends RetryOption {
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
    addRetry(command);
  },
  async run(context, [wanted], { count, rings, kind = kindNames, retryFor }) {
    const names = kind.map((one) => kinds[one]);
    const left = { events: count, rings };
    await withLasting(context, { retryForSeconds: retryFor }, async ({ connection, again }) => {
      const devices =
        wanted === undefined
          ? (await listDevices(connection)).filter(({ isRemoved }) => !isRemoved)
          : [await findDevice(connection, wanted)];
      const stream = connection.events({ names }, { signal: context.signal });
      await Promise.all(devices.map((one) => selectAll(connection, one, names)));
      if (again !== undefined) context.note('Nobody knows what happened meanwhile.');
      else context.note(`Waiting for events${count === undefined ? '; ctrl-C ends it' : ''}.`);
      await show(context, { connection, devices, stream }, left);
    });
  },
});

interface Watched {
  readonly connection: Connection;
  readonly devices: readonly NamedDevice[];
  readonly stream: EventSubscription;
}

/** What ends it when it comes to 0; undefined never does. */
interface Left {
  events: number | undefined;
  rings: number | undefined;
}

async function show(
  { globals, stdout }: CommandContext,
  { connection, devices, stream }: Watched,
  left: Left,
): Promise<void> {
  const shown = new Map(devices.map((one) => [Number(one.device.index), nameOf(one)]));
  while (left.events !== 0 && left.rings !== 0) {
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
    if (left.events !== undefined) left.events -= 1;
    if (left.rings !== undefined && endsRing(event)) left.rings -= 1;
  }
}

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
