// Which Host headers are answered. A page of another site can point a name of its own at this machine
// (DNS rebinding) and would then count as the same site; it cannot choose the name that is sent here.
import { isIP } from 'node:net';

export interface HostCheckOptions {
  /** The address that was asked for with --listen. */
  readonly listen: string;
  /** Names from the configuration. */
  readonly hostNames: readonly string[];
  /** This machine's own name. */
  readonly machineName: string;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** Says whether requests that name this host may be answered. */
export type HostCheck = (hostHeader: string | undefined) => boolean;

export function hostCheck({ listen, hostNames, machineName }: HostCheckOptions): HostCheck {
  const isOpen = !isLoopback(listen);
  const openNames = isOpen ? [machineName, `${machineName}.local`] : [];
  const names = new Set(
    [...LOOPBACK_NAMES, listen, ...hostNames, ...openNames].map((name) => name.toLowerCase()),
  );
  return (hostHeader) => {
    const name = hostName(hostHeader);
    if (name === undefined) return false;
    // An address cannot be rebound, and behind a forwarded port it need not be one of this machine's.
    return names.has(name) || (isOpen && isIP(name) !== 0);
  };
}

export function isLoopback(address: string): boolean {
  return LOOPBACK_NAMES.includes(address.toLowerCase()) || /^127(\.\d+){3}$/.test(address);
}

/** The host of a Host header without its port and without brackets. */
function hostName(hostHeader: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/@]+))(?::\d+)?$/i.exec(hostHeader ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}
