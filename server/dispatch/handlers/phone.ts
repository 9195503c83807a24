// The telephone line of a device that has one.
import type { PhoneLine } from '#server/devices/face';
import { ProtocolError } from '#shared/protocol/errors';
import type { ContextId } from '#shared/protocol/ids';
import type { ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import type { Client } from '../client.ts';

function phoneOf(client: Client, context: ContextId): PhoneLine {
  const { phone } = client.context(context).device;
  if (!phone) throw new ProtocolError('BadDevice');
  return phone;
}

export const handlers = {
  DialPhone(client: Client, { context, number }: RequestOf<'DialPhone'>): undefined {
    phoneOf(client, context).dial(number);
  },

  HookSwitch(client: Client, { context, state }: RequestOf<'HookSwitch'>): undefined {
    phoneOf(client, context).setHook(state);
  },

  FlashHook(client: Client, { context, durationMs }: RequestOf<'FlashHook'>): undefined {
    phoneOf(client, context).flash(durationMs);
  },

  /** A device without a line is no error: it is on hook, for ever. */
  QueryPhone(client: Client, { context }: RequestOf<'QueryPhone'>): ReplyOf<'QueryPhone'> {
    const { phone } = client.context(context).device;
    return { hookState: phone?.isOffHook ? 1 : 0, loopCurrent: phone?.hasLoopCurrent ? 1 : 0 };
  },
};
