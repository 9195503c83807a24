// `af kill`: who is connected and what they did, and the end of one of them.
import { type Connection, extensions } from '#shared/client/index';
import { RESOURCE_ID_MASK } from '#shared/protocol/limits';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../errors.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { printable } from '../shown-text.ts';
import { parseCount } from '../values.ts';

export const kill = defineCommand<object>({
  name: 'kill',
  summary: 'list the clients of the server with what they did, or disconnect one',
  configure(command) {
    command.argument('[client]', 'its number in the list, or any of its resource ids', parseCount);
  },
  async run(context, [wanted]) {
    const connection = await context.connect();
    const clients = await listClients(connection);
    if (wanted !== undefined) {
      const victim = chooseClient(clients, Number(wanted));
      await connection.killClient(victim.resourceIdBase);
      if (context.globals.json) printJson(context, { disconnected: victim });
      else printLine(context, printable(`Disconnected client ${victim.number} (${victim.peer}).`));
      return;
    }
    if (context.globals.json) printJson(context, clients);
    else printTable(context, headings, clients.map(cellsOf));
  },
});

type ShownClient = Awaited<ReturnType<typeof listClients>>[number];

async function listClients(connection: Connection) {
  const gateway = await connection.extensions.open(extensions.gateway);
  if (gateway === undefined) {
    throw new CommandError(
      'refused',
      'This server cannot list its clients, because it lacks the GATEWAY extension: use a gateway, or end the client where it runs.',
    );
  }
  const [{ clients }, own] = await Promise.all([
    gateway.ask('ListClients', {}),
    connection.createContext(0),
  ]);
  return clients.map((client) => ({
    number: clientNumber(client.resourceIdBase),
    ...client,
    isBigEndian: client.isBigEndian !== 0,
    isThisCommand: clientNumber(client.resourceIdBase) === clientNumber(own.id),
  }));
}

function clientNumber(resourceId: number): number {
  return Math.floor(resourceId / (RESOURCE_ID_MASK + 1));
}

/** A number too large for the list is a resource id. */
function chooseClient(clients: readonly ShownClient[], wanted: number): ShownClient {
  const number = wanted > RESOURCE_ID_MASK ? clientNumber(wanted) : wanted;
  const found = clients.find((client) => client.number === number);
  if (found && !found.isThisCommand) return found;
  throw usageError(
    found
      ? `Client ${number} is this command itself: "af kill" without a number lists the others.`
      : `The server has no client ${number}: "af kill" without a number lists those it has.`,
  );
}

const headings = [
  'client',
  'from',
  'contexts',
  'requests',
  'errors',
  'played bytes',
  'recorded bytes',
  'late plays',
  '',
];

function cellsOf(client: ShownClient): (string | number)[] {
  return [
    client.number,
    printable(client.peer),
    client.contextCount,
    client.requestCount,
    client.errorCount,
    client.playedByteCount,
    client.recordedByteCount,
    client.latePlayCount,
    client.isThisCommand ? '(this command)' : '',
  ];
}
