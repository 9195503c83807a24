// What a command of `af` is, and what it is given: streams, a server to connect to, and a signal to stop.
import type { Readable, Writable } from 'node:stream';
import type { Command as CommanderCommand, OptionValues } from 'commander';
import type { Connection } from '#shared/client/index';
import type { ExitName } from './exit-codes.ts';

export interface GlobalOptions {
  /** As AUDIOFILE has it, such as `:0` or `host:0`. */
  readonly server?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a program has of the world; tests hand in their own. */
export interface CommandStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Which of them are terminals. */
  readonly isTerminal: Readonly<Record<'stdin' | 'stdout' | 'stderr', boolean>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted with a `Stopped` by ctrl-C, or when whoever reads standard output goes away. */
  readonly signal: AbortSignal;
}

export interface ConnectTries {
  /** Ends trying; that of the command unless given. */
  readonly signal: AbortSignal;
  /** How often to try again when nobody listens. */
  readonly retries: number;
}

export interface CommandContext extends CommandStreams {
  readonly globals: GlobalOptions;
  /**
   * The server that is named, else that of --server, AUDIOFILE, DISPLAY, else the one of this machine. It is
   * closed when the command has ended, at once when that failed.
   */
  connect(serverName?: string, tries?: ConnectTries): Promise<Connection>;
  /** A line to standard error, unless --quiet. */
  note(line: string): void;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Adds arguments and options. */
  configure(command: CommanderCommand): void;
  /** Fails with an error that errors.ts knows. */
  run(
    context: CommandContext,
    args: readonly string[],
    options: OptionValues,
  ): Promise<ExitName | undefined> | Promise<void>;
  /** It obeys signals itself. */
  readonly ownsSignals?: true;
}

/**
 * A command whose options have the type that its `configure` makes them have. Commander cannot prove that;
 * it gives them as values of any type, which is where the claim is made.
 */
export function defineCommand<Options extends object>(
  command: Omit<Command, 'run'> & {
    run(
      context: CommandContext,
      args: readonly string[],
      options: Options,
    ): Promise<ExitName | undefined> | Promise<void>;
  },
): Command {
  return {
    ...command,
    run: (context, args, options) => command.run(context, args, options as Options),
  };
}
