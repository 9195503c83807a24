// A command's context: its streams, and the connections that it opens, which end with it.
import { authorityPath } from '#server/transport/xauthority';
import type { Connection } from '#shared/client/index';
import type { CommandContext, CommandStreams, GlobalOptions } from './command.ts';
import { openAudioFile } from './connect.ts';
import { CommandError } from './errors.ts';

/** Long enough for a server that is starting just now, short enough for people who mistyped a name. */
const RETRIES = 5;
const RETRY_DELAY_MS = 100;
/** Servers answer at once; whoever takes a connection and says nothing for so long is none, or hangs. */
const ANSWER_LIMIT_MS = 15_000;

export interface OwnedContext {
  readonly context: CommandContext;
  /** Ends the connections when all that was asked on them is done. */
  close(): Promise<void>;
  /** Ends the connections at once. */
  abort(): void;
}

export function createContext(
  streams: CommandStreams,
  globals: GlobalOptions,
  answerLimitMs = ANSWER_LIMIT_MS,
): OwnedContext {
  const connections: Connection[] = [];
  const { environment, signal } = streams;
  const context: CommandContext = {
    ...streams,
    globals,
    async connect(serverName = globals.server, tries = { signal, retries: RETRIES }) {
      const limit = AbortSignal.timeout(answerLimitMs);
      const connection = await openAudioFile(serverName, {
        environment,
        retries: tries.retries,
        signal: AbortSignal.any([tries.signal, limit]),
        retryDelayMs: RETRY_DELAY_MS,
        authorityFile: authorityPath(environment),
      }).catch((error: unknown) => {
        throw error === limit.reason ? noAnswer(answerLimitMs) : error;
      });
      connections.push(connection);
      return connection;
    },
    note(line) {
      if (!globals.quiet) streams.stderr.write(`${line}\n`);
    },
  };
  return {
    context,
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
    },
    abort: () => {
      for (const connection of connections) connection.abort();
    },
  };
}

function noAnswer(answerLimitMs: number): CommandError {
  return new CommandError(
    'noConnection',
    `The server has not answered for ${answerLimitMs / 1_000} s: it hangs, or it is no AudioFile server, or the network swallows what is sent. "af probe" looks what is there.`,
  );
}
