// What `af token` can do, and with which options.
import type { Role } from '#shared/relay/roles';

export const tokenActions = ['add', 'list', 'revoke'] as const;
export type TokenAction = (typeof tokenActions)[number];

export interface TokenOptions {
  readonly role: Role;
  /** How long it is good, in ms. */
  readonly expires?: number;
  readonly file?: string;
}
