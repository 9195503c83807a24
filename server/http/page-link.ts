// The link that a person opens to see the page.
import { networkInterfaces } from 'node:os';

export interface PageLinkParts {
  readonly listen: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly isSecure: boolean;
}

/** For an address that means "all of them", one by which other machines reach this one. */
export function pageLink({ listen, port, token, isSecure }: PageLinkParts): string {
  const query = token === undefined ? '' : `?token=${token}`;
  const host = isWildcard(listen) ? (ownAddress() ?? 'localhost') : listen;
  return `${isSecure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}/${query}`;
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
