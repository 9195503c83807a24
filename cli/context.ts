// A command's context: its streams, and the connections that it opens, which end with it.
import { authorityPath } from '#server/transport/xauthority';
import type { Connection } from '#shared/client/index';
import type { CommandContext, CommandStreams, GlobalOptions } from './command.ts';
import { openAudioFile } from './connect.ts';

/** Long enough for a server that is starting just now, short enough for people who mistyped a name. */
const RETRIES = 5;
const RETRY_DELAY_MS = 100;

export interface OwnedContext {
  readonly context: CommandContext;
  /** Ends the connections when all that was asked on them is done. */
  close(): Promise<void>;
  /** Ends the connections at once. */
  abort(): void;
}

export function createContext(streams: CommandStreams, globals: GlobalOptions): OwnedContext {
  const connections: Connection[] = [];
  const { environment, signal } = streams;
  const context: CommandContext = {
    ...streams,
    globals,
    async connect(serverName = globals.server, tries = { signal, retries: RETRIES }) {
      const connection = await openAudioFile(serverName, {
        environment,
        ...tries,
        retryDelayMs: RETRY_DELAY_MS,
        authorityFile: authorityPath(environment),
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
