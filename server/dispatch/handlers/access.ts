// Who may connect, and the end of other clients.
import { ProtocolError } from '#shared/protocol/errors';
import { INTERNET_FAMILY } from '#shared/protocol/requests/access';
import type { ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';

const INTERNET_ADDRESS_BYTES = 4;

function requireLocal(client: Client): void {
  if (!client.server.access.isLocal(client.connection.peer)) throw new ProtocolError('BadAccess');
}

export const handlers = {
  /** The original always refused with BadImplementation. */
  KillClient(client: Client, { resource }: RequestOf<'KillClient'>): undefined {
    requireLocal(client);
    const victim = client.server.ownerOf(resource);
    if (!victim) throw new ProtocolError('BadValue', resource);
    const { log } = client.server.options;
    log.info('a client disconnected another', { client: client.index, other: victim.index });
    victim.ends.dismiss();
  },

  SetAccessControl(client: Client, { mode }: RequestOf<'SetAccessControl'>): undefined {
    if (mode > 1) throw new ProtocolError('BadValue', mode);
    requireLocal(client);
    client.server.access.isEnabled = mode === 1;
  },

  ChangeHosts(client: Client, request: RequestOf<'ChangeHosts'>): undefined {
    const { mode, family, address } = request;
    requireLocal(client);
    if (family !== INTERNET_FAMILY) throw new ProtocolError('BadValue', family);
    if (address.length !== INTERNET_ADDRESS_BYTES) {
      throw new ProtocolError('BadValue', address.length);
    }
    client.server.access[mode](family, address);
  },

  ListHosts(client: Client): ReplyOf<'ListHosts'> {
    const { isEnabled, hosts } = client.server.access;
    return { enabled: isEnabled ? 1 : 0, hosts: [...hosts] };
  },
};
