// `af answer`: an answering machine on a telephone line.
import path from 'node:path';
import type { Command as CommanderCommand } from 'commander';
import { defaultMessagesFolder } from '#server/state-folder';
import type { CallResult } from '../answering/call.ts';
import { runMachine } from '../answering/machine.ts';
import {
  type MessageCommand,
  messageCommand,
  runMessageCommand,
} from '../answering/message-command.ts';
import { messageEnds } from '../answering/message-cutter.ts';
import type { SavedMessage } from '../answering/message-file.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { usageError } from '../errors.ts';
import { printLine } from '../output.ts';
import { printable } from '../shown-text.ts';
import { shownName } from '../sound-files/errors.ts';
import { parseDecibels, parseDuration, parsePositiveCount } from '../values.ts';

interface AnswerOptions {
  readonly device?: string;
  readonly rings: number;
  readonly greeting?: string;
  readonly folder?: string;
  readonly silence: number;
  readonly below: number;
  readonly max: number;
  readonly command?: string;
  readonly shell?: boolean;
  readonly commandLimit: number;
  readonly once?: boolean;
}

const DEFAULT_RINGS = 2;
const DEFAULT_SILENCE_SECONDS = 4;
const DEFAULT_SILENCE_DBFS = -40;
/** It is kept in memory, because it belongs to the message if the caller goes on. */
const LONGEST_SILENCE_SECONDS = 600;
const DEFAULT_MAX_SECONDS = 180;
/** A message is named and listed by its length in so many digits at most. */
const LONGEST_MAX_SECONDS = 24 * 3_600;
const DEFAULT_COMMAND_SECONDS = 60;

export const answer = defineCommand<AnswerOptions>({
  name: 'answer',
  summary: 'an answering machine: takes calls and keeps what callers say',
  configure(command: CommanderCommand) {
    command
      .option('-d, --device <device>', 'the device; the first with a telephone line otherwise')
      .option('--rings <number>', 'pick up at this ring', parsePositiveCount, DEFAULT_RINGS)
      .option('--greeting <file>', 'a sound file to play before the beep; some notes otherwise')
      .option('--folder <folder>', "where messages go; the gateway's own folder otherwise")
      .option(
        '--silence <time>',
        'a message ends when it has been silent that long',
        parseDuration,
        DEFAULT_SILENCE_SECONDS,
      )
      .option('--below <dB>', 'what counts as silent', parseDecibels, DEFAULT_SILENCE_DBFS)
      .option('--max <time>', 'the longest message', parseDuration, DEFAULT_MAX_SECONDS)
      .option('--command <words>', 'run for each message; {} in it stands for the file')
      .option('--shell', 'the command is a line for the shell; the file is $AF_MESSAGE_FILE')
      .option(
        '--command-limit <time>',
        'the command is ended after that',
        parseDuration,
        DEFAULT_COMMAND_SECONDS,
      )
      .option('--once', 'end after one call');
  },
  async run(context, _args, options) {
    const { silence, max, rings, device, greeting, once = false } = options;
    if (silence === 0 || silence > LONGEST_SILENCE_SECONDS) {
      throw usageError('The silence must be longer than 0 s, and 10 minutes at most.');
    }
    if (max === 0 || max > LONGEST_MAX_SECONDS) {
      throw usageError('The longest message must be longer than 0 s, and 24 hours at most.');
    }
    const report = createReport(context, commandOf(options));
    try {
      await runMachine(context, {
        ...{ device, rings, greetingFile: greeting, takesOneCall: once },
        // For the command's sake, which may be anywhere.
        folder: path.resolve(options.folder ?? defaultMessagesFolder(context.environment)),
        message: { silenceSeconds: silence, silenceDbfs: options.below, maxSeconds: max },
        answered: report.answered,
        repaired: report.repaired,
      });
    } finally {
      await report.commandsEnded();
    }
  },
});

function commandOf({ command, shell, commandLimit }: AnswerOptions): MessageCommand | undefined {
  if (command !== undefined) return messageCommand(command, shell === true, commandLimit);
  if (shell) throw usageError('--shell is about the command of --command, and none is given.');
  return undefined;
}

/** Says what came of each call, and runs the command for each message. */
function createReport(context: CommandContext, command: MessageCommand | undefined) {
  const running = new Set<Promise<void>>();

  function runFor(message: SavedMessage): void {
    if (command === undefined) return;
    const { environment, stderr: output } = context;
    const run = runMessageCommand(command, message, { environment, output }).then((failure) => {
      running.delete(run);
      if (failure === undefined) return;
      context.stderr.write(
        `The command for ${shownName(message.file)} failed: ${printable(failure)}.\n`,
      );
    });
    running.add(run);
  }

  return {
    answered({ receivedAt, end, saved }: CallResult): void {
      if (context.globals.json) {
        printLine(context, JSON.stringify({ receivedAt, durationSeconds: 0, ...saved, end }));
      } else if (saved) printLine(context, messageLine(saved));
      const kept = saved ? 'The message ends' : 'There is no message';
      context.note(`${kept}: ${messageEnds[end]}.`);
      if (saved) runFor(saved);
    },
    repaired(message: SavedMessage): void {
      const line = { ...message, end: 'machineDied' };
      printLine(context, context.globals.json ? JSON.stringify(line) : messageLine(message));
      context.note('The message was cut off, because its machine died; now its file is whole.');
      runFor(message);
    },
    async commandsEnded(): Promise<void> {
      if (running.size > 0) context.note('Waiting for commands to end.');
      await Promise.all(running);
    },
  };
}

function messageLine({ receivedAt, durationSeconds, file }: SavedMessage): string {
  return `${receivedAt}  ${durationSeconds.toFixed(1)} s  ${shownName(file)}`;
}
