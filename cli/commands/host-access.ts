// What `af hosts` does: names become addresses, and the list is changed one address at a time.
import { lookup } from 'node:dns/promises';
import type { HostAccess, Hosts } from '#shared/client/index';
import { usageError } from '../errors.ts';

export const hostActions = ['list', 'add', 'remove', 'on', 'off'] as const;
export type HostAction = (typeof hostActions)[number];

/** Resolves with the list as it is afterwards. */
export async function changeHosts(
  hosts: Hosts,
  action: HostAction,
  names: readonly string[],
): Promise<HostAccess> {
  const needsNames = action === 'add' || action === 'remove';
  if (needsNames && names.length === 0) {
    throw usageError(
      `No host was named: write af hosts ${action} NAME, or an address like 10.1.2.3.`,
    );
  }
  if (!needsNames && names.length > 0) {
    throw usageError(`"af hosts ${action}" takes no host: write af hosts add NAME to add one.`);
  }
  const addresses = (await Promise.all(names.map(addressesOf))).flat();
  if (action === 'add') await Promise.all(addresses.map((address) => hosts.add(address)));
  if (action === 'remove') await Promise.all(addresses.map((address) => hosts.remove(address)));
  if (action === 'on' || action === 'off') await hosts.setAccessControl(action === 'on');
  return hosts.list();
}

/** All IPv4 addresses of a host, which is what the list holds. */
async function addressesOf(name: string): Promise<string[]> {
  try {
    return (await lookup(name, { family: 4, all: true })).map(({ address }) => address);
  } catch {
    throw usageError(
      `"${name}" has no IPv4 address, and the host list holds no others: look at the spelling, or give the address itself.`,
    );
  }
}

export function hostsText({ isEnabled, hosts }: HostAccess): string {
  const head = isEnabled
    ? 'Access control is on: these hosts may connect, and who shows the cookie.'
    : 'Access control is off: anybody may connect. Whoever is to get in once it is on:';
  const lines = hosts.length > 0 ? hosts.map(({ text }) => `  ${text}`) : ['  no host'];
  return `${[head, ...lines].join('\n')}\n`;
}

export function hostsJson({ isEnabled, hosts }: HostAccess): object {
  return { isEnabled, hosts: hosts.map(({ family, text }) => ({ family, address: text })) };
}
