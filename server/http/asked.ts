// A request as the gate sees it, and who it comes from where proxies that are trusted stand between.
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Path and query, as the request has them. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the other end of the connection. */
  readonly address: string;
  readonly port: number | undefined;
  readonly isEncrypted: boolean;
}

/** As much of a request of Node's as is looked at. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    readonly remotePort?: number | undefined;
  };
}

export function askedBy({ method, url, headers, socket }: IncomingRequest): Asked {
  return {
    method: method ?? 'GET',
    url: url ?? '/',
    headers,
    address: withoutMapping(socket.remoteAddress ?? 'unknown'),
    port: socket.remotePort,
    isEncrypted: 'encrypted' in socket && socket.encrypted === true,
  };
}

export interface Sender {
  readonly address: string;
  /** Undefined where only a proxy knows it. */
  readonly port: number | undefined;
  readonly isEncrypted: boolean;
}

/**
 * Where a request began. Each proxy adds to X-Forwarded-For the address that it heard from, so that the last
 * one which is not of a trusted proxy is true; whatever stands before it, anybody may have written.
 */
export function senderOf(asked: Asked, trustedProxies: ReadonlySet<string>): Sender {
  const { headers, address, port, isEncrypted } = asked;
  if (!trustedProxies.has(address)) return { address, port, isEncrypted };
  const proto = String(headers['x-forwarded-proto'] ?? '').trim();
  const hops = String(headers['x-forwarded-for'] ?? '').split(',');
  let sender = address;
  while (trustedProxies.has(sender)) {
    const hop = withoutMapping(hops.pop()?.trim() ?? '');
    if (isIP(hop) === 0) break;
    sender = hop;
  }
  return {
    address: sender,
    port: sender === address ? port : undefined,
    isEncrypted: isEncrypted || proto.toLowerCase() === 'https',
  };
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
