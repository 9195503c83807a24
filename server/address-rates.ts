// How often something may happen for one address: so much in a time, with some at once after a pause. The table
// of addresses is bounded, and whoever has a whole IPv6 network counts as one.
import { isIPv6 } from 'node:net';

export interface RateOptions {
  /** What an address may do in a second; read anew each time, as limits can be reloaded. */
  readonly perSecond: () => number;
  /** And at once after a pause. */
  readonly atOnce: () => number;
  /** Addresses that are remembered; past it the one that was quiet for longest is forgotten. */
  readonly addresses: () => number;
  readonly nowMs: () => number;
  /** An address has just used up what it may do. */
  readonly usedUp?: (address: string) => void;
}

interface Allowance {
  left: number;
  atMs: number;
}

/** Half of an IPv6 address is the network that a site gets; whoever has it has all addresses in it. */
const NETWORK_GROUPS = 4;

export class AddressRates {
  readonly #options: RateOptions;
  /** The one that was quiet for longest first. */
  readonly #allowances = new Map<string, Allowance>();

  constructor(options: RateOptions) {
    this.#options = options;
  }

  get addressCount(): number {
    return this.#allowances.size;
  }

  /** Counts one; false, and nothing is counted, when there is none left. */
  take(address: string): boolean {
    const key = networkOf(address);
    const allowance = this.#allowanceOf(key);
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    this.#remember(key, allowance);
    if (allowance.left < 1) this.#options.usedUp?.(address);
    return true;
  }

  /** How long until `take` counts again; 0 when it would now. */
  waitMs(address: string): number {
    const { left } = this.#allowanceOf(networkOf(address));
    return left >= 1 ? 0 : ((1 - left) * 1_000) / this.#options.perSecond();
  }

  #allowanceOf(key: string): Allowance {
    const atMs = this.#options.nowMs();
    const atOnce = this.#options.atOnce();
    const known = this.#allowances.get(key);
    if (known === undefined) return { left: atOnce, atMs };
    const earned = ((atMs - known.atMs) / 1_000) * this.#options.perSecond();
    return { left: Math.min(atOnce, known.left + earned), atMs };
  }

  #remember(key: string, allowance: Allowance): void {
    this.#allowances.delete(key);
    this.#allowances.set(key, allowance);
    for (const oldest of this.#allowances.keys()) {
      if (this.#allowances.size <= this.#options.addresses()) return;
      this.#allowances.delete(oldest);
    }
  }
}

/** An IPv4 address itself, the network of an IPv6 address. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.replace(/%.*/, '').toLowerCase().split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(gap).fill('0'), ...after];
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':');
}
