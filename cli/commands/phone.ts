// `af phone`: the telephone line of a device.
import { Argument, type Command as CommanderCommand } from 'commander';
import { MAX_FLASH_MS } from '#server/devices/phone-line';
import { type Context, predefinedAtoms } from '#shared/client/index';
import { type CommandContext, defineCommand } from '../command.ts';
import { deviceTitle, type NamedDevice } from '../devices.ts';
import { CommandError, usageError } from '../errors.ts';
import { printJson, printLine } from '../output.ts';
import { findPhone } from '../phone-devices.ts';
import { printable } from '../shown-text.ts';
import { dialByTones } from '../sound/dialing.ts';
import { decodeUtf8 } from '../utf8-names.ts';
import { eventJson, eventLine } from './event-words.ts';

interface PhoneOptions {
  readonly device?: string;
  readonly byTones?: boolean;
  readonly watch?: boolean;
}

/** What an action is given. */
interface Asked {
  readonly context: CommandContext;
  readonly line: Context;
  /** For people. */
  readonly title: string;
  readonly value: string | undefined;
  readonly options: PhoneOptions;
}

const actions: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  status: async (asked) => requireNone('status', asked),
  async answer(asked) {
    requireNone('answer', asked);
    await answer(asked);
  },
  async pickup(asked) {
    requireNone('pickup', asked);
    await asked.line.phone.pickUp();
  },
  dial: ({ context: { signal }, line, value, options }) =>
    options.byTones
      ? dialByTones(line, parseTones(value), signal)
      : line.phone.dial(parsePhoneNumber(value)),
  flash: ({ line, value = String(DEFAULT_FLASH_MS) }) => line.phone.flash(parseFlashMs(value)),
  async hangup(asked) {
    requireNone('hangup', asked);
    await asked.line.phone.hangUp();
  },
};

const DEFAULT_FLASH_MS = 500;

export const phone = defineCommand<PhoneOptions>({
  name: 'phone',
  summary: 'a telephone line: its state, answer, pick up, dial, flash, hang up',
  configure(command: CommanderCommand) {
    command
      .addArgument(
        new Argument('[action]', 'what to do').choices(Object.keys(actions)).default('status'),
      )
      .argument('[value]', 'dial: the number; flash: milliseconds (500)')
      .option('-d, --device <device>', 'the device; the first with a telephone line otherwise')
      .option('--by-tones', 'dial: play the tones from here, as the original library did')
      .option('--watch', 'status: then show what happens on the line, until ctrl-C');
  },
  async run(context, [action = 'status', value], options) {
    if (options.byTones && action !== 'dial')
      throw usageError('--by-tones is for "af phone dial".');
    if (options.watch && action !== 'status') {
      throw usageError('--watch is for "af phone status".');
    }
    const connection = await context.connect();
    const found = await findPhone(connection, options.device);
    const line = await connection.createContext(found.device);
    await actions[action]?.({ context, line, title: deviceTitle(found), value, options });
    if (options.watch) await watch(context, found, line);
    else if (action === 'status' || context.globals.json) await showStatus(context, found, line);
  },
});

/** Picks up at the next ring: of a call that rings now, within 6 s. */
async function answer({ context, line, title }: Asked): Promise<void> {
  const { signal } = context;
  const rings = line.events(['PhoneRing'], { signal });
  if ((await line.phone.state()).isOffHook) {
    throw new CommandError(
      'failed',
      `The line of ${title} is off hook, so that nobody can call: hang up first ("af phone hangup").`,
    );
  }
  context.note(printable(`Waiting for a call on ${title}; ctrl-C ends it.`));
  for await (const event of rings) {
    if (event.event === 'PhoneRing' && event.state === 1) break;
  }
  signal.throwIfAborted();
  await line.phone.pickUp();
}

async function showStatus(
  context: CommandContext,
  found: NamedDevice,
  line: Context,
  isFirstOfMany = false,
): Promise<void> {
  const state = await line.phone.state();
  // Another type of property is no number.
  const dialed = await line.properties
    .getString(predefinedAtoms.LAST_NUMBER_DIALED)
    .catch(() => undefined);
  const lastNumberDialed = dialed === undefined ? undefined : decodeUtf8(dialed);
  if (context.globals.json) {
    const { device, name } = found;
    const answer = { number: device.index, name, ...state, lastNumberDialed };
    if (isFirstOfMany) printLine(context, JSON.stringify(answer));
    else printJson(context, answer);
    return;
  }
  const hook = state.isOffHook ? 'off hook' : 'on hook';
  const loop = state.hasLoopCurrent ? 'loop current flows' : 'no loop current';
  const last = lastNumberDialed === undefined ? '' : `, last number dialed ${lastNumberDialed}`;
  printLine(context, printable(`${deviceTitle(found)}: ${hook}, ${loop}${last}`));
}

/** The state, and then a line for each event; nothing that happens between them is lost. */
async function watch(context: CommandContext, found: NamedDevice, line: Context): Promise<void> {
  const { signal, globals } = context;
  const names = ['PhoneRing', 'PhoneDTMF', 'PhoneLoop', 'PhoneHookSwitch', 'Property'] as const;
  const events = line.events(names, { signal });
  await showStatus(context, found, line, true);
  const device = found.name ?? String(found.device.index);
  for await (const event of events) {
    if (event.event === 'Property' && event.property !== predefinedAtoms.LAST_NUMBER_DIALED) {
      continue;
    }
    const nowMs = Date.now();
    const words = { device, property: 'LAST_NUMBER_DIALED' };
    printLine(
      context,
      globals.json
        ? JSON.stringify(eventJson(event, words, nowMs))
        : printable(eventLine(event, words, nowMs)),
    );
  }
}

function requireNone(action: string, { value }: Asked): void {
  if (value !== undefined) throw usageError(`"af phone ${action}" takes no value: leave it out.`);
}

function parseFlashMs(text: string): number {
  const durationMs = Number(text);
  if (/^\d+$/.test(text) && durationMs <= MAX_FLASH_MS) return durationMs;
  throw usageError(
    `"${text}" is no time for a flash: write milliseconds from 0 to ${MAX_FLASH_MS}.`,
  );
}

/** The server stops at the first character that it does not know, so that is said before. */
function parsePhoneNumber(text: string | undefined): string {
  const number = withoutSeparators(text).replaceAll(',', '!');
  if (/^[\d*#A-DTPWX!^]+$/i.test(number)) return number.toUpperCase();
  throw usageError(
    `"${text}" cannot be dialed: a number has digits, * # A-D, "!" or "," for a pause, "^" for a flash, T or P for tones or pulses.`,
  );
}

function parseTones(text: string | undefined): string {
  const number = withoutSeparators(text);
  if (/^[\d*#A-D,]+$/i.test(number)) return number;
  throw usageError(
    `"${text}" cannot be dialed by tones: a number has digits, * # A-D, and "," for a pause.`,
  );
}

function withoutSeparators(text: string | undefined): string {
  if (text === undefined) throw usageError('No number to dial was given: write it after "dial".');
  return text.replace(/[\s().-]/g, '');
}
