// Every failure as people see it: one sentence that says what happened and what to do, and an exit code.
import { CommanderError } from 'commander';
import { DialError } from '#server/transport/dial';
import { ServerNameError } from '#server/transport/server-name';
import { AudioFileError, ConnectionError, type ConnectionErrorCode } from '#shared/client/index';
import type { ExitName } from './exit-codes.ts';
import { SoundFileError } from './sound-files/errors.ts';

/** A failure that a command itself has found, with the sentence to show. */
export class CommandError extends Error {
  readonly exit: ExitName;

  constructor(exit: ExitName, sentence: string) {
    super(sentence);
    this.name = 'CommandError';
    this.exit = exit;
  }
}

/** The command line cannot be meant like this. */
export function usageError(sentence: string): CommandError {
  return new CommandError('usage', sentence);
}

/** What the signal of a command is aborted with: somebody stopped it, so there is nothing to explain. */
export class Stopped extends Error {
  readonly exit: ExitName;

  constructor(exit: ExitName) {
    super('stopped');
    this.name = 'Stopped';
    this.exit = exit;
  }
}

export interface Failure {
  readonly exit: ExitName;
  /** Undefined where nothing is to be said. */
  readonly sentence: string | undefined;
}

const connectionExits: Readonly<Record<ConnectionErrorCode, ExitName>> = {
  refused: 'refused',
  notAudioFile: 'noConnection',
  malformed: 'serverGone',
  lost: 'serverGone',
  closed: 'failed',
};

/** The one place that knows all kinds of errors. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return { exit: error.exit, sentence: undefined };
  if (error instanceof CommanderError) return failureOfParsing(error);
  if (error instanceof SoundFileError && error.code === 'closed-pipe') {
    return { exit: 'ok', sentence: undefined };
  }
  const exit = exitOf(error);
  if (exit !== undefined && error instanceof Error) return { exit, sentence: error.message };
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exit: 'failed',
    sentence: `something unexpected happened, which is a mistake in af itself; please report it: ${what}`,
  };
}

function exitOf(error: unknown): ExitName | undefined {
  if (error instanceof CommandError) return error.exit;
  if (error instanceof ServerNameError) return 'usage';
  if (error instanceof DialError) return 'noConnection';
  if (error instanceof ConnectionError) return connectionExits[error.code];
  if (error instanceof AudioFileError) return 'refused';
  if (error instanceof SoundFileError) return 'failed';
  return undefined;
}

/** Commander has said what is wrong by then; help and the version are no failures. */
function failureOfParsing({ exitCode }: CommanderError): Failure {
  return { exit: exitCode === 0 ? 'ok' : 'usage', sentence: undefined };
}
