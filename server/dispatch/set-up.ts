// Whether a connection becomes a client, and the answer to its set-up either way (original.md 2).
import { MAX_REQUEST_UNITS, RESOURCE_ID_MASK } from '#shared/protocol/limits';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR, refusals } from '#shared/protocol/setup';
import { encodeSetupAccepted, encodeSetupRefused } from '#shared/wire/packet-codec';
import type { SetupResult } from '#shared/wire/request-reader';
import { Writer } from '#shared/wire/writer';
import { Client, type ClientEnds } from './client.ts';
import type { Connection } from './ports.ts';
import type { Server } from './server.ts';

export type Admission =
  | { readonly kind: 'accepted'; readonly client: Client }
  | { readonly kind: 'refused'; readonly answer: Uint8Array }
  /** Whoever is there would not understand an answer. */
  | { readonly kind: 'hungUp' };

type CompleteSetup = Exclude<SetupResult, { kind: 'incomplete' }>;

export interface Circumstances {
  /** Its address has connected more often than it may. */
  readonly isOneTooMany: boolean;
  readonly ends: ClientEnds;
}

/** The accepted client's answer is the first thing in its writer. */
export function admit(
  server: Server,
  connection: Connection,
  setup: CompleteSetup,
  { isOneTooMany, ends }: Circumstances,
): Admission {
  if (setup.kind === 'notAudioFile') return { kind: 'hungUp' };
  if (isOneTooMany) return refused(setup.littleEndian, refusals.tooManyClients);
  const reason = reasonToRefuse(server, connection, setup);
  if (reason !== undefined) return refused(setup.littleEndian, reason);
  const index = server.freeClientIndex();
  if (index === undefined) return refused(setup.littleEndian, refusals.tooManyClients);
  const client = new Client(server, connection, index, setup.littleEndian, ends);
  server.clients.add(client);
  const { vendor, release } = server.options;
  encodeSetupAccepted(client.writer, {
    release,
    vendor,
    resourceIdBase: client.resourceIdBase,
    resourceIdMask: RESOURCE_ID_MASK,
    maxRequestUnits: MAX_REQUEST_UNITS,
    devices: client.devices.map((device) => device.description),
  });
  return { kind: 'accepted', client };
}

function reasonToRefuse(
  server: Server,
  connection: Connection,
  setup: Exclude<CompleteSetup, { kind: 'notAudioFile' }>,
): string | undefined {
  if (setup.kind === 'tooLong') return refusals.notAuthorized;
  const { majorVersion, minorVersion } = setup.request;
  if (majorVersion !== PROTOCOL_MAJOR || minorVersion !== PROTOCOL_MINOR) return refusals.version;
  if (!server.access.admits(connection.peer, setup.request)) return refusals.notAuthorized;
  if (server.clients.size >= server.options.limits.clients) return refusals.tooManyClients;
  return undefined;
}

function refused(littleEndian: boolean, reason: string): Admission {
  const writer = new Writer(littleEndian);
  encodeSetupRefused(writer, reason);
  return { kind: 'refused', answer: writer.take() ?? new Uint8Array(0) };
}
