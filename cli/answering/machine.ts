// The answering machine: waits for calls and takes them one after the other, for as long as it is let, across
// restarts of the server.
import { setTimeout as sleep } from 'node:timers/promises';
import { DialError } from '#server/transport/dial';
import { type Connection, ConnectionError } from '#shared/client/index';
import type { CommandContext } from '../command.ts';
import { deviceTitle } from '../devices.ts';
import { findPhone } from '../phone-devices.ts';
import { printable } from '../shown-text.ts';
import { playFormatOf } from '../sound/device-format.ts';
import { SoundFileError } from '../sound-files/errors.ts';
import { prepareAnnouncement } from './announcement.ts';
import { type CallOptions, type CallResult, type OpenLine, takeCall } from './call.ts';
import { makeMessageFolder, repairMessages, type SavedMessage } from './message-file.ts';
import { createRingCounter } from './ring-counter.ts';

export interface MachineOptions extends Pick<CallOptions, 'message' | 'folder'> {
  readonly device: string | undefined;
  readonly rings: number;
  readonly greetingFile: string | undefined;
  readonly takesOneCall: boolean;
  /** After each call, and for each message that an earlier machine left unfinished. */
  answered(result: CallResult): void;
  repaired(message: SavedMessage): void;
}

/** The first wait for a server that is gone, doubled each time. */
const FIRST_RETRY_SECONDS = 0.5;
const LONGEST_RETRY_SECONDS = 30;

interface Machine extends OpenLine {
  /** For control and for sound. */
  readonly connections: readonly [Connection, Connection];
  readonly title: string;
  readonly announcement: Uint8Array;
  /** It has answered a call, or one before it has, and nobody has heard that it hung up. */
  holdsLine: boolean;
}

/** Until its one call is over, or the command is stopped, which throws. */
export async function runMachine(context: CommandContext, options: MachineOptions): Promise<void> {
  await makeMessageFolder(options.folder);
  const { saved, callCount, failures } = await repairMessages(options.folder, Date.now());
  for (const message of saved) options.repaired(message);
  for (const failure of failures) context.stderr.write(`${printable(failure)}\n`);
  // Without a server at the beginning there is somebody who wants to know.
  let machine = await openMachine(context, options);
  machine.holdsLine = callCount > 0;
  for (;;) {
    try {
      await freeLine(context, machine);
      context.note(`Waiting for calls on ${machine.title}; ctrl-C ends it.`);
      await answerCalls(context, options, machine);
      return;
    } catch (error) {
      if (!isServerGone(error)) throw error;
      context.note(`${error.message} The machine tries it again until it succeeds.`);
    }
    for (const connection of machine.connections) connection.abort();
    const { holdsLine } = machine;
    machine = await reopened(context, options);
    machine.holdsLine = holdsLine;
  }
}

async function openMachine(context: CommandContext, options: MachineOptions): Promise<Machine> {
  const forControl = await context.connect();
  const forSound = await context.connect().catch((error: unknown) => {
    forControl.abort();
    throw error;
  });
  const phone = await findPhone(forControl, options.device);
  const { device } = phone;
  const announcement = await prepareAnnouncement(options.greetingFile, playFormatOf(device));
  return {
    connections: [forControl, forSound],
    title: deviceTitle(phone),
    announcement,
    holdsLine: false,
    control: await forControl.createContext(device),
    sound: await forSound.createContext(device),
  };
}

/** A line that is off hook does not ring. */
async function freeLine(context: CommandContext, machine: Machine): Promise<void> {
  const { phone } = machine.control;
  if (machine.holdsLine) {
    await phone.hangUp();
    machine.holdsLine = false;
  } else if ((await phone.state()).isOffHook) {
    context.note('The line is off hook, so that nobody can call; "af phone hangup" hangs up.');
  }
}

async function reopened(context: CommandContext, options: MachineOptions): Promise<Machine> {
  const { signal } = context;
  let seconds = FIRST_RETRY_SECONDS;
  for (;;) {
    await sleep(seconds * 1_000, undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      return await openMachine(context, options);
    } catch (error) {
      if (!isServerGone(error)) throw error;
      seconds = Math.min(2 * seconds, LONGEST_RETRY_SECONDS);
    }
  }
}

function isServerGone(error: unknown): error is DialError | ConnectionError {
  return error instanceof DialError || error instanceof ConnectionError;
}

async function answerCalls(
  context: CommandContext,
  options: MachineOptions,
  machine: Machine,
): Promise<void> {
  const { signal } = context;
  const { message, folder, rings } = options;
  const { announcement, control } = machine;
  // Kept during calls too: whoever calls as soon as a call has ended is not overheard.
  const events = control.events(['PhoneRing', 'PhoneHookSwitch'], {
    ...{ signal, whenFull: 'dropOldest' },
  });
  const counter = createRingCounter(control.device.playRateHz);
  for await (const event of events) {
    if (event.event === 'PhoneHookSwitch') counter.reset();
    if (event.event !== 'PhoneRing' || event.state !== 1) continue;
    if (counter.rang(event.time) < rings) continue;
    // Another program was faster, and the call is its own.
    if ((await control.phone.state()).isOffHook) continue;
    context.note('Somebody calls.');
    machine.holdsLine = true;
    try {
      options.answered(await takeCall({ line: machine, announcement, message, folder, signal }));
    } catch (error) {
      // A disk that is full may have room for the next message.
      if (!(error instanceof SoundFileError) || options.takesOneCall) throw error;
      context.stderr.write(`${printable(error.message)}\n`);
    }
    signal.throwIfAborted();
    if (options.takesOneCall) return;
    // Once the server answers, it has hung up.
    await control.phone.state();
    machine.holdsLine = false;
  }
  throw await machine.connections[0].ended;
}
