// The command that is run for each message: without a shell unless one is wanted, for a bounded time, and
// whatever it does the machine goes on.
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { usageError } from '../errors.ts';
import type { SavedMessage } from './message-file.ts';

export interface MessageCommand {
  /** The program and its arguments for the message in a file. */
  wordsFor(file: string): readonly string[];
  readonly limitSeconds: number;
}

export interface CommandSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes what it writes; standard output is the machine's. */
  readonly output: Writable;
}

/** In a word of a command, the file of the message. */
const FILE_MARK = '{}';

/** A shell finds the file in its environment alone, where no name can become a command. Throws a usage error. */
export function messageCommand(
  text: string,
  wantsShell: boolean,
  limitSeconds: number,
): MessageCommand {
  const words = splitWords(text);
  if (words.length === 0) throw usageError('The command of --command is empty: name a program.');
  return {
    limitSeconds,
    wordsFor: (file) =>
      wantsShell
        ? ['/bin/sh', '-c', text]
        : words.map((word) => word.replaceAll(FILE_MARK, () => file)),
  };
}

/** Words between blanks; quotes keep blanks together, and nothing else means anything. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+|['"]/g)) {
    if (word === "'" || word === '"') {
      throw usageError(`A quote is not closed in --command: ${text}`);
    }
    words.push(
      word.replace(/'([^']*)'|"([^"]*)"/g, (_, single = '', double = '') => single + double),
    );
  }
  return words;
}

/** Resolves when it has ended: with undefined where it succeeded, else with what went wrong. */
export function runMessageCommand(
  { wordsFor, limitSeconds }: MessageCommand,
  message: SavedMessage,
  { environment, output }: CommandSurroundings,
): Promise<string | undefined> {
  const [program = '', ...args] = wordsFor(message.file);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      // A group of its own, so that what it started ends with it; and ctrl-C is not for it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...environment,
        AF_MESSAGE_FILE: message.file,
        AF_MESSAGE_SECONDS: String(message.durationSeconds),
        AF_MESSAGE_TIME: message.receivedAt,
      },
    });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) endGroup(child.pid);
    }, limitSeconds * 1_000);
    for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
    child.on('error', ({ message: reason }) => {
      clearTimeout(limit);
      resolve(`it could not be started: ${reason}`);
    });
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (isLate) resolve(`it took longer than ${limitSeconds} s and was ended`);
      else if (signal !== null) resolve(`it was ended by ${signal}`);
      else resolve(code === 0 ? undefined : `it ended with ${code}`);
    });
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}
