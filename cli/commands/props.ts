// `af props`: named values that all clients of a device share.
import { type Command as CommanderCommand, Option } from 'commander';
import type { Connection, Context } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { findDevice } from '../devices.ts';
import { CommandError, usageError } from '../errors.ts';
import { printJson } from '../output.ts';
import { printable } from '../shown-text.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8-names.ts';
import {
  parseProperty,
  propertyText,
  type ShownProperty,
  showProperty,
} from './property-values.ts';

interface PropsOptions {
  readonly set?: string;
  readonly append?: string;
  readonly prepend?: string;
  readonly type: string;
  readonly delete?: boolean;
  readonly watch?: boolean;
}

const changes = [
  { option: 'set', mode: 'replace' },
  { option: 'append', mode: 'append' },
  { option: 'prepend', mode: 'prepend' },
] as const;

export const props = defineCommand<PropsOptions>({
  name: 'props',
  summary: 'show, change, delete and watch the properties of a device',
  configure(command: CommanderCommand) {
    const others = (name: string): string[] =>
      ['set', 'append', 'prepend', 'delete', 'watch'].filter((other) => other !== name);
    const option = (name: string, flags: string, description: string): Option =>
      new Option(flags, description).conflicts(others(name));
    command
      .argument('<device>', 'its name or number')
      .argument('[property]', 'the one that is meant; all of them otherwise')
      .addOption(option('set', '--set <value>', 'give it this value'))
      .addOption(option('append', '--append <value>', 'put this after its value'))
      .addOption(option('prepend', '--prepend <value>', 'put this before its value'))
      .option('--type <type>', 'of the value: STRING, CARDINAL, INTEGER/16, ATOM, ...', 'STRING')
      .addOption(option('delete', '--delete', 'delete it'))
      .addOption(option('watch', '--watch', 'show it, and again whenever it changes'));
  },
  async run(context, [wanted, name], options) {
    const change = changes.find(({ option }) => options[option] !== undefined);
    if (name === undefined && (change || options.delete)) {
      throw usageError('No property was named: write its name after the device.');
    }
    const connection = await context.connect();
    const { device } = await findDevice(connection, wanted);
    const place = { context, connection, device: await connection.createContext(device) };
    if (options.watch) return watch(place, name);
    if (name === undefined) return list(place);
    if (options.delete) return place.device.properties.delete(encodeUtf8(name));
    if (!change) return show(place, name);
    const { atoms } = connection;
    const property = await parseProperty(atoms, options.type, options[change.option] ?? '');
    return place.device.properties.change(encodeUtf8(name), property, change.mode);
  },
});

interface Place {
  readonly context: CommandContext;
  readonly connection: Connection;
  readonly device: Context;
}

async function list({ context, connection, device }: Place): Promise<void> {
  const { properties } = device;
  const asked = (await properties.names()).map((name) => read(connection, device, name));
  // Whoever deletes one meanwhile is right.
  const shown = (await Promise.all(asked)).filter((property) => property !== undefined);
  if (context.globals.json) printJson(context, shown);
  else context.stdout.write(shown.map(propertyText).join(''));
}

async function show({ context, connection, device }: Place, name: string): Promise<void> {
  const property = await read(connection, device, encodeUtf8(name));
  if (property === undefined) {
    throw new CommandError(
      'failed',
      `The device has no property ${printable(name)}: "af props ${device.device.index}" lists those it has.`,
    );
  }
  if (context.globals.json) printJson(context, property);
  else context.stdout.write(propertyText(property));
}

async function read(
  { atoms }: Connection,
  { properties }: Context,
  name: string,
): Promise<ShownProperty | undefined> {
  const property = await properties.get(name);
  return property && showProperty(atoms, name, property);
}

/** JSON is one object a line, because nobody knows which is the last. */
async function watch({ context, connection, device }: Place, wanted?: string): Promise<void> {
  const { signal, stdout, globals } = context;
  const changed = device.events(['Property'], { signal });
  const say = (shown: ShownProperty | DeletedProperty): void => {
    if (globals.json) stdout.write(`${JSON.stringify(shown)}\n`);
    else if ('isDeleted' in shown)
      stdout.write(printable(`${shown.name} was deleted`).concat('\n'));
    else stdout.write(propertyText(shown));
  };
  const names = wanted === undefined ? await device.properties.names() : [encodeUtf8(wanted)];
  for (const name of names) {
    const shown = await read(connection, device, name);
    if (shown) say(shown);
  }
  for await (const event of changed) {
    if (event.event !== 'Property') continue;
    const name = await connection.atoms.nameOf(event.property);
    if (wanted !== undefined && decodeUtf8(name) !== wanted) continue;
    const shown = event.change === 'deleted' ? undefined : await read(connection, device, name);
    say(shown ?? { name: decodeUtf8(name), isDeleted: true });
  }
}

interface DeletedProperty {
  readonly name: string;
  readonly isDeleted: true;
}
