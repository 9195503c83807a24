// Who may talk to the web side. A request must name this gateway (no rebinding), a WebSocket must come from
// the gateway's own page or from a program (no cross-site pages), and off loopback each must show the token.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { HostCheck } from './host-check.ts';

export interface GateOptions {
  readonly answersToHost: HostCheck;
  /** Other origins, such as `https://example.org`, whose pages may use the gateway. */
  readonly allowedOrigins: readonly string[];
  /** Undefined on loopback, where none is needed. */
  readonly token: string | undefined;
}

export interface Asked {
  /** Path and query, as the request has them. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Refusal {
  readonly statusCode: number;
  /** For people: what happened and what to do. */
  readonly sentence: string;
}

export interface Gate {
  /** Undefined when the request may be answered. */
  refusal(asked: Asked): Refusal | undefined;
  upgradeRefusal(asked: Asked): Refusal | undefined;
  /** Where a person who came with the token in the link is sent to, and the cookie that replaces it. */
  visit(asked: Asked): { readonly location: string; readonly cookie: string } | undefined;
  readonly hasToken: boolean;
}

const TOKEN_PARAMETER = 'token';
const COOKIE_SECONDS = 30 * 24 * 60 * 60;

/** Anybody may ask whether the gateway is well; the answer says nothing else. */
const OPEN_PATH = '/healthz';

export function createGate({ answersToHost, allowedOrigins, token }: GateOptions): Gate {
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  // Browsers send cookies to all ports of a host: gateways beside this one have others.
  const cookieName = `audiofile-${digest(token ?? '')
    .toString('hex')
    .slice(0, 8)}`;
  const isToken = (text: string | undefined) =>
    token !== undefined && text !== undefined && timingSafeEqual(digest(text), digest(token));

  function refusal({ url, headers }: Asked): Refusal | undefined {
    if (!answersToHost(headers.host)) {
      return { statusCode: 421, sentence: strangeHost(headers.host) };
    }
    if (token === undefined || url === OPEN_PATH) return undefined;
    const shown = [
      parsed(url).searchParams.get(TOKEN_PARAMETER) ?? undefined,
      /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1],
      cookieOf(headers.cookie, cookieName),
    ];
    return shown.some(isToken) ? undefined : { statusCode: 401, sentence: TOKEN_WANTED };
  }

  return {
    hasToken: token !== undefined,
    refusal,
    upgradeRefusal(asked) {
      const { origin, host } = asked.headers;
      const refused = refusal(asked);
      if (refused !== undefined || origin === undefined) return refused;
      if (sameHost(origin, host) || origins.has(origin.toLowerCase())) return undefined;
      return { statusCode: 403, sentence: strangeOrigin(origin) };
    },
    visit({ url }) {
      const { pathname, searchParams } = parsed(url);
      const shown = searchParams.get(TOKEN_PARAMETER) ?? undefined;
      if (!isToken(shown) || isForPrograms(pathname)) return undefined;
      searchParams.delete(TOKEN_PARAMETER);
      const query = searchParams.size === 0 ? '' : `?${searchParams}`;
      return {
        location: `${pathname}${query}`,
        cookie: `${cookieName}=${shown}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict`,
      };
    },
  };
}

const TOKEN_WANTED =
  'This gateway is open to the network and wants its token: open the link that it printed at its start, which ends in "?token=…", or send the header "Authorization: Bearer …".\n';

/** Programs keep the token in what they ask for; only a person's address bar is to be rid of it. */
function isForPrograms(pathname: string): boolean {
  return pathname.startsWith('/api/') || pathname === '/metrics';
}

/** A path that begins with two slashes would be read as a host, and lead a visitor elsewhere. */
function parsed(url: string): URL {
  return new URL(`http://gateway/${url.replace(/^[/\\]+/, '')}`);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Whatever the scheme: behind a proxy with TLS, the page's differs from ours. */
function sameHost(origin: string, host: string | undefined): boolean {
  const [, named] = /^https?:\/\/([^/]+)$/i.exec(origin) ?? [];
  return named !== undefined && named.toLowerCase() === host?.toLowerCase();
}

function quoted(text: string | undefined): string {
  return JSON.stringify((text ?? '').slice(0, 200));
}

function strangeHost(host: string | undefined): string {
  return `This gateway does not answer to the name ${quoted(host)}, because another site could have chosen it: open the link that it printed at its start, or allow the name with --host-names.\n`;
}

function strangeOrigin(origin: string): string {
  return `Pages of ${quoted(origin)} may not use this gateway: open its own page, or allow that site with --allowed-origins.\n`;
}
