// How often one address may connect, and may be wrong about a secret.
import { AddressRates } from '#server/address-rates';
import type { Limits } from '#server/config';
import type { Clock } from '#server/devices/face';

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

/** `limits` may change while they are in use. */
export function createAddressLimits(limits: Readonly<Limits>, clock: Clock): AddressLimits {
  const rates = (perSecond: () => number, atOnce: () => number) =>
    new AddressRates({
      perSecond,
      atOnce,
      addresses: () => limits.trackedAddresses,
      nowMs: () => clock.nowMs(),
    });
  const perMinute = (count: () => number) => rates(() => count() / SECONDS_A_MINUTE, count);
  return {
    setUps: rates(
      () => limits.setupsPerSecond,
      () => SETUPS_AT_ONCE * limits.setupsPerSecond,
    ),
    cookies: perMinute(() => limits.failedCookiesPerMinute),
    tokens: perMinute(() => limits.failedTokensPerMinute),
  };
}
