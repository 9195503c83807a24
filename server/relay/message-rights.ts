// Which right a page needs for each of its messages: the one table of who may do what on the relay.
import type { PageMessage } from '#shared/relay/control';
import { RelayError } from '#shared/relay/relay-error';
import { hasRight, type Right, type Role } from '#shared/relay/roles';

export const messageRights = {
  hello: 'listen',
  listen: 'listen',
  unlisten: 'listen',
  speak: 'speak',
  unspeak: 'listen',
  ping: 'listen',
  change: 'control',
  sync: 'listen',
  report: 'listen',
  // Who telephones speaks as well as hears.
  telephone: 'speak',
  call: 'speak',
  answer: 'speak',
  hangUp: 'speak',
  key: 'speak',
} as const satisfies Readonly<Record<PageMessage['type'], Right>>;

/** What a page wanted that it may not do, in words that fit after "may not". */
const deeds: Readonly<Record<Right, string>> = {
  listen: 'listen',
  speak: 'speak',
  control: 'change devices',
  admin: 'look after the gateway',
};

/** Throws a RelayError where the role lacks the right that the message needs. */
export function requireRight(role: Role, type: PageMessage['type']): void {
  const right = messageRights[type];
  if (hasRight(role, right)) return;
  throw RelayError.forbidden(
    `The token of this page is for “${role}” and may not ${deeds[right]}: ask whoever runs the gateway for one that is for “${right}”.`,
  );
}
