// `af phone`: the telephone line of a device.
import { Argument } from 'commander';
import type { Connection, Context, PhoneState } from '#shared/client/index';
import { defineCommand } from '../command.ts';
import { deviceTitle, findDevice, isPhone, listDevices, type NamedDevice } from '../devices.ts';
import { CommandError, usageError } from '../errors.ts';
import { printJson, printLine } from '../output.ts';
import { printable } from '../shown-text.ts';

interface PhoneOptions {
  readonly device?: string;
}

/** What each action does with the line and the value that it was given. */
const actions: Readonly<
  Record<string, (context: Context, value: string | undefined) => Promise<void>>
> = {
  status: async (_, value) => requireNone('status', value),
  hook: ({ phone }, value) => {
    if (value === 'off') return phone.pickUp();
    if (value === 'on') return phone.hangUp();
    throw usageError('The hook is "off" to pick up or "on" to hang up: write one of them.');
  },
  flash: ({ phone }, value = String(DEFAULT_FLASH_MS)) => phone.flash(parseFlashMs(value)),
  dial: ({ phone }, value) => phone.dial(parsePhoneNumber(value)),
};

const DEFAULT_FLASH_MS = 500;
const MAX_FLASH_MS = 3_000;

export const phone = defineCommand<PhoneOptions>({
  name: 'phone',
  summary: 'show the state of a telephone line, pick up, hang up, flash, dial',
  configure(command) {
    command
      .addArgument(
        new Argument('[action]', 'what to do').choices(Object.keys(actions)).default('status'),
      )
      .argument(
        '[value]',
        'hook: "off" picks up, "on" hangs up; flash: milliseconds (500); dial: the number',
      )
      .option('-d, --device <device>', 'the device; the first with a telephone line otherwise');
  },
  async run(context, [action = 'status', value], { device: wanted }) {
    const connection = await context.connect();
    const found = await findPhone(connection, wanted);
    const line = await connection.createContext(found.device);
    await actions[action]?.(line, value);
    if (action !== 'status' && !context.globals.json) return;
    const state = await line.phone.state();
    const { device, name } = found;
    if (context.globals.json) printJson(context, { number: device.index, name, ...state });
    else printLine(context, printable(`${deviceTitle(found)}: ${inWords(state)}`));
  },
});

async function findPhone(connection: Connection, wanted: string | undefined): Promise<NamedDevice> {
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

function inWords({ isOffHook, hasLoopCurrent }: PhoneState): string {
  return `${isOffHook ? 'off' : 'on'} hook, ${hasLoopCurrent ? 'loop current flows' : 'no loop current'}`;
}

async function requireNone(action: string, value: string | undefined): Promise<void> {
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
  if (text === undefined) throw usageError('No number to dial was given: write it after "dial".');
  const number = text.replace(/[\s().-]/g, '').replaceAll(',', '!');
  if (/^[\d*#A-DTPWX!^]+$/i.test(number)) return number.toUpperCase();
  throw usageError(
    `"${text}" cannot be dialed: a number has digits, * # A-D, "!" or "," for a pause, "^" for a flash, T or P for tones or pulses.`,
  );
}
