// Who may talk to the web side. A request must name this gateway (no rebinding), one that opens a WebSocket or
// changes something must come from the gateway's own page or from a program (no cross-site pages), and where
// tokens are needed each must show one with the right that it needs.

import { hasRight, type Role } from '#shared/relay/roles';
import { type Asked, type Sender, senderOf } from './asked.ts';
import type { HostCheck } from './host-check.ts';
import {
  type Refusal,
  roleLacks,
  strangeHost,
  strangeOrigin,
  tokenMissing,
  tokenWrong,
  tooManyTokens,
} from './refusals.ts';
import type { Need } from './route-rights.ts';
import type { KnownToken, Tokens } from './tokens.ts';

export interface GateSettings {
  readonly answersToHost: HostCheck;
  /** Other origins, such as `https://example.org`, whose pages may use the gateway. */
  readonly allowedOrigins: readonly string[];
  /** Addresses of proxies that say truly where a request comes from. */
  readonly trustedProxies: readonly string[];
}

/** How often an address may show wrong tokens. */
export interface GuessLimit {
  take(address: string): boolean;
  /** How long until it may show one again; 0 now. */
  waitMs(address: string): number;
}

export interface GateOptions extends GateSettings {
  /** Undefined on loopback, where none is needed. */
  readonly tokens: Tokens | undefined;
  readonly guesses: GuessLimit;
}

/** Who was let in, and for what. */
export interface Pass extends Sender {
  readonly role: Role;
  /** Undefined where none is needed. */
  readonly token: KnownToken | undefined;
}

interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
}

export type Admission = { readonly kind: 'admitted'; readonly pass: Pass } | Refused;

export type SignIn =
  /** The cookie that keeps the token; undefined where none is needed. */
  { readonly kind: 'signedIn'; readonly cookie: string | undefined } | Refused;

export interface Gate {
  admit(asked: Asked, need: Need): Admission;
  admitUpgrade(asked: Asked, need: Need): Admission;
  /** Where a person who came with a token in the link is sent to, and the cookie that replaces it. */
  visit(asked: Asked): { readonly location: string; readonly cookie: string } | undefined;
  /** What becomes of a token that was shown in a form of the gateway's own. */
  signIn(asked: Asked, shown: string): SignIn;
  /** Takes other settings over; tokens are the same ones. */
  reload(settings: GateSettings): void;
}

const TOKEN_PARAMETER = 'token';
const COOKIE_SECONDS = 30 * 24 * 60 * 60;
/** Methods that change nothing. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** What needs no token may do no more than this. */
const NOBODY: Role = 'listen';

export function createGate({ tokens, guesses, ...first }: GateOptions): Gate {
  let settings = settled(first);

  function admission(asked: Asked, need: Need, isUpgrade: boolean): Admission {
    const { headers } = asked;
    if (!settings.answersToHost(headers.host)) return refused(strangeHost(headers.host));
    if (isForeign(asked, isUpgrade)) return refused(strangeOrigin(headers.origin));
    const sender = senderOf(asked, settings.proxies);
    if (tokens === undefined) return admitted({ ...sender, role: 'admin', token: undefined });
    if (need === 'nothing') return admitted({ ...sender, role: NOBODY, token: undefined });
    const shown = shownBy(asked, cookieName(tokens));
    if (shown === undefined) return refused(tokenMissing);
    const known = knownOrRefused(shown, tokens, sender);
    if (known.kind === 'refused') return known;
    const { token } = known;
    if (!hasRight(token.role, need)) return refused(roleLacks(token.role, need));
    return admitted({ ...sender, role: token.role, token });
  }

  /** The one place that looks at tokens of strangers, so that all guesses count. */
  function knownOrRefused(shown: string, tokens: Tokens, { address }: Sender) {
    const waitMs = guesses.waitMs(address);
    if (waitMs > 0) return refused(tooManyTokens(waitMs));
    const token = tokens.find(shown);
    if (token !== undefined) return { kind: 'known', token } as const;
    guesses.take(address);
    return refused(tokenWrong);
  }

  function cookieOfToken(shown: string, tokens: Tokens, { isEncrypted }: Sender): string {
    return `${cookieName(tokens)}=${shown}; Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict${isEncrypted ? '; Secure' : ''}`;
  }

  /** What a page of another site has its visitor's browser ask. Programs say nothing of where they come from. */
  function isForeign({ method, headers }: Asked, isUpgrade: boolean): boolean {
    const { origin, host } = headers;
    const isChange = isUpgrade || !SAFE_METHODS.includes(method);
    const isOwn = origin !== undefined && (sameHost(origin, host) || settings.allows(origin));
    if (isOwn) return false;
    if (isChange && origin !== undefined) return true;
    const site = headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return false;
    // A link on another site may lead here.
    return isChange || headers['sec-fetch-dest'] !== 'document';
  }

  return {
    admit: (asked, need) => admission(asked, need, false),
    admitUpgrade: (asked, need) => admission(asked, need, true),
    visit(asked) {
      const { pathname, searchParams } = parsed(asked.url);
      const shown = searchParams.get(TOKEN_PARAMETER);
      if (tokens === undefined || shown === null) return undefined;
      const token = tokens.find(shown);
      if (token === undefined || asked.method !== 'GET' || isForPrograms(pathname))
        return undefined;
      return {
        location: ownLocation(asked.url),
        cookie: cookieOfToken(shown, tokens, senderOf(asked, settings.proxies)),
      };
    },
    signIn(asked, shown) {
      if (tokens === undefined) return { kind: 'signedIn', cookie: undefined };
      if (shown === '') return refused(tokenMissing);
      const sender = senderOf(asked, settings.proxies);
      const known = knownOrRefused(shown, tokens, sender);
      if (known.kind === 'refused') return known;
      return { kind: 'signedIn', cookie: cookieOfToken(shown, tokens, sender) };
    },
    reload(changed) {
      settings = settled(changed);
    },
  };
}

/** What was asked for, without a token, whatever a proxy puts before the path; never the name of another host. */
export function ownLocation(url: string): string {
  const { pathname, searchParams } = parsed(url);
  searchParams.delete(TOKEN_PARAMETER);
  const query = searchParams.size === 0 ? '' : `?${searchParams}`;
  return `./${pathname.slice(pathname.lastIndexOf('/') + 1)}${query}`;
}

function settled({ answersToHost, allowedOrigins, trustedProxies }: GateSettings) {
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  return {
    answersToHost,
    allows: (origin: string) => origins.has(origin.toLowerCase()),
    proxies: new Set(trustedProxies),
  };
}

function refused(refusal: Refusal): Refused {
  return { kind: 'refused', refusal };
}

function admitted(pass: Pass): Admission {
  return { kind: 'admitted', pass };
}

/** Browsers send cookies to all ports of a host: gateways beside this one have others. */
function cookieName({ gatewayId }: Tokens): string {
  return `audiofile-${gatewayId}`;
}

/** What was given on purpose counts, not the cookie beside it: else whoever has one could guess others. */
function shownBy({ url, headers }: Asked, cookie: string): string | undefined {
  return (
    parsed(url).searchParams.get(TOKEN_PARAMETER) ??
    /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ??
    cookieOf(headers.cookie, cookie)
  );
}

/** Programs keep the token in what they ask for; only a person's address bar is to be rid of it. */
function isForPrograms(pathname: string): boolean {
  return pathname.startsWith('/api/') || pathname === '/metrics' || pathname === '/healthz';
}

/** A path that begins with two slashes would be read as a host, and lead a visitor elsewhere. */
function parsed(url: string): URL {
  return new URL(`http://gateway/${url.replace(/^[/\\]+/, '')}`);
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
