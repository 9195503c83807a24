// Gates, tokens and requests for tests of the web side, made in a line each.
import type { Asked } from '#server/http/asked';
import { createGate, type Gate, type GateOptions } from '#server/http/gate';
import { hostCheck } from '#server/http/host-check';
import { digestOf, type KnownToken, Tokens } from '#server/http/tokens';
import type { Role } from '#shared/relay/roles';
import { noLimit } from '#test/support/dispatch';
import { FakeTime } from '#test/support/fake-time';

/** As long as those that the gateway makes. */
export const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE';
export const GATEWAY_ID = '0123abcd';

export function knownToken(text: string, role: Role, expiresMs?: number): KnownToken {
  return { name: role, role, digest: digestOf(text), expiresMs };
}

export function tokensOf(known: readonly KnownToken[], time = new FakeTime()): Tokens {
  const ports = { wallClockMs: time.nowMs, after: time.after };
  return new Tokens({ gatewayId: GATEWAY_ID, tokens: known }, ports);
}

/** On loopback and without tokens, unless told otherwise. */
export function gateOf(options: Partial<GateOptions> = {}, listen = '127.0.0.1'): Gate {
  return createGate({
    answersToHost: hostCheck({ listen, hostNames: [], machineName: 'studio' }),
    allowedOrigins: [],
    trustedProxies: [],
    tokens: undefined,
    guesses: noLimit,
    ...options,
  });
}

export function asked(change: Partial<Asked> = {}): Asked {
  return {
    method: 'GET',
    url: '/',
    headers: { host: 'localhost:8411' },
    address: '127.0.0.1',
    port: 50_000,
    isEncrypted: false,
    ...change,
  };
}
