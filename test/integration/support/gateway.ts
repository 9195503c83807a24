// A whole gateway in the test's own process, on free ports.
import { type ConfigurationInput, configurationFrom } from '#server/config';
import { createLog } from '#server/log';
import { startGateway } from '#server/wiring/gateway';
import type { Connection, ConnectOptions } from '#shared/client/index';
import { freeServerNumber } from '#test/server/gateway-parts';
import { type DoorOptions, openClient } from './clients.ts';
import type { RunningTest } from './running-test.ts';

/** Closed when the test has finished. */
export async function startTestGateway(test: RunningTest, input: ConfigurationInput = {}) {
  const serverNumber = input.serverNumber ?? (await freeServerNumber());
  const log: string[] = [];
  const configuration = configurationFrom({ httpPort: 0, ...input, serverNumber });
  const gateway = await startGateway(
    configuration,
    createLog({ level: 'info', write: (line) => log.push(line), now: () => new Date(0) }),
  );
  const connections: Connection[] = [];
  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    for (const connection of connections) connection.abort();
    closed ??= gateway.close();
    return closed;
  }
  test.onTestFinished(close);
  return {
    serverNumber,
    /** What SIGHUP does, with the configuration unchanged. */
    reload: () => gateway.reload(configuration),
    /** The link to its page. */
    page: gateway.addresses.page,
    /** What was logged, a line each. */
    log,
    close,
    async connect(options: DoorOptions & ConnectOptions = {}): Promise<Connection> {
      const connection = await openClient(serverNumber, options);
      connections.push(connection);
      return connection;
    },
  };
}

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;
