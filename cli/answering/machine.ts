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
}

/** Until its one call is over, or the command is stopped, which throws. */
export async function runMachine(context: CommandContext, options: MachineOptions): Promise<void> {
  await makeMessageFolder(options.folder);
  for (const message of await repairMessages(options.folder, Date.now())) options.repaired(message);
  // Without a server at the beginning there is somebody who wants to know.
  let machine = await openMachine(context, options);
  for (;;) {
    context.note(`Waiting for calls on ${machine.title}; ctrl-C ends it.`);
    try {
      await answerCalls(context, options, machine);
      return;
    } catch (error) {
      if (!isServerGone(error)) throw error;
      context.note(`${error.message} The machine tries it again until it succeeds.`);
    }
    for (const connection of machine.connections) connection.abort();
    machine = await reopened(context, options);
  }
}

async function openMachine(context: CommandContext, options: MachineOptions): Promise<Machine> {
  const connections = await Promise.all([context.connect(), context.connect()]);
  const [forControl, forSound] = connections;
  const phone = await findPhone(forControl, options.device);
  const { device } = phone;
  const announcement = await prepareAnnouncement(options.greetingFile, playFormatOf(device));
  return {
    connections,
    title: deviceTitle(phone),
    announcement,
    control: await forControl.createContext(device),
    sound: await forSound.createContext(device),
  };
}

async function reopened(context: CommandContext, options: MachineOptions): Promise<Machine> {
  for (
    let seconds = FIRST_RETRY_SECONDS;
    ;
    seconds = Math.min(2 * seconds, LONGEST_RETRY_SECONDS)
  ) {
    await sleep(seconds * 1_000, undefined, { signal: context.signal }).catch(() =>
      context.signal.throwIfAborted(),
    );
    try {
      return await openMachine(context, options);
    } catch (error) {
      if (!isServerGone(error)) throw error;
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
    context.note('Somebody calls.');
    try {
      options.answered(await takeCall({ line: machine, announcement, message, folder, signal }));
    } catch (error) {
      // A disk that is full may have room for the next message.
      if (!(error instanceof SoundFileError) || options.takesOneCall) throw error;
      context.stderr.write(`${printable(error.message)}\n`);
    }
    signal.throwIfAborted();
    if (options.takesOneCall) return;
  }
  throw await machine.connections[0].ended;
}
