// How often one address may connect, and may be wrong about a secret.
import { AddressRates, networkOf } from '#server/address-rates';
import type { Limits } from '#server/config';
import type { Clock } from '#server/devices/face';
import { isLoopback } from '#server/http/host-check';
import type { Log } from '#server/log';

export interface AddressLimits {
  /** Connections of AudioFile programs. */
  readonly setUps: AddressRates;
  /** Wrong cookies of AudioFile programs. */
  readonly cookies: AddressRates;
  /** Wrong tokens on the web side. */
  readonly tokens: AddressRates;
}

const SECONDS_A_MINUTE = 60;
/** Many programs of one machine may start at the same moment. */
const SETUPS_AT_ONCE = 2;
/** A flood does not flood the log too. */
const LOG_EVERY_MS = 10_000;

/** `limits` may change while they are in use. */
export function createAddressLimits(
  limits: Readonly<Limits>,
  clock: Clock,
  log: Pick<Log, 'warn'>,
): AddressLimits {
  const shared = { addresses: () => limits.trackedAddresses, nowMs: () => clock.nowMs() };
  const perMinute = (event: string, count: () => number) =>
    new AddressRates({
      ...shared,
      perSecond: () => count() / SECONDS_A_MINUTE,
      atOnce: count,
      usedUp: nowAndThen(event, clock, log),
    });
  return {
    setUps: new AddressRates({
      ...shared,
      perSecond: () => limits.setupsPerSecond,
      atOnce: () => SETUPS_AT_ONCE * limits.setupsPerSecond,
      usedUp: nowAndThen('an address connects more often than it may', clock, log),
    }),
    cookies: perMinute(
      'an address showed too many wrong cookies',
      () => limits.failedCookiesPerMinute,
    ),
    tokens: perMinute(
      'an address showed too many wrong tokens',
      () => limits.failedTokensPerMinute,
    ),
  };
}

/**
 * As what the connections of an address are counted; undefined where they are those of many: of this machine's
 * programs, or of all who come through a proxy.
 */
export function onePeer(address: string, trustedProxies: readonly string[]): string | undefined {
  const isOfMany = isLoopback(address) || trustedProxies.includes(address);
  return isOfMany ? undefined : networkOf(address);
}

function nowAndThen(event: string, clock: Clock, log: Pick<Log, 'warn'>) {
  let loggedMs = Number.NEGATIVE_INFINITY;
  return (address: string) => {
    if (clock.nowMs() - loggedMs < LOG_EVERY_MS) return;
    loggedMs = clock.nowMs();
    log.warn(event, { address });
  };
}
