// Who may connect, and who may change that: the original's host list and cookies (original.md 12).

import { ProtocolError } from '#shared/protocol/errors';
import { INTERNET_FAMILY } from '#shared/protocol/requests/access';
import { MAGIC_COOKIE, type SetupRequest } from '#shared/protocol/setup';
import type { AccessSources, Peer } from './ports.ts';

/** Far more than anybody listed by hand; the reply of ListHosts counts them in 16 bits. */
export const MAX_HOSTS = 4_096;

export interface Host {
  readonly family: number;
  readonly address: Uint8Array;
}

/** The four bytes of an IPv4 address in dotted text; undefined for anything else. */
function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.').map(Number);
  const isAddress =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return isAddress ? Uint8Array.from(parts) : undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Takes as long for a wrong first byte as for a wrong last one. */
function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) {
    difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  }
  return difference === 0;
}

export class AccessControl {
  /** Off means that everybody may connect. */
  isEnabled: boolean;
  /** The newest first. */
  #hosts: Host[] = [];
  #cookies: readonly Uint8Array[] = [];
  #isLocalAllowed = false;
  /** What is in the list only because there was no cookie file. */
  #ownHosts: readonly Host[] = [];
  /** What is in the list because it is in the hosts file. */
  #fileHosts: readonly Host[] = [];
  #isLoaded = false;
  readonly #sources: AccessSources;

  constructor(sources: AccessSources) {
    this.#sources = sources;
    this.isEnabled = sources.isEnabled;
    this.reloadHosts(sources.readHosts());
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  /** Cookies are read anew before the next connection; the host list stays (original.md 12). */
  forgetCookies(): void {
    this.#isLoaded = false;
  }

  /** The hosts file was read again; what clients inserted stays. */
  reloadHosts(addresses: readonly string[]): void {
    const listed = addresses.flatMap((text) => ipv4Bytes(text) ?? []);
    const isListed = (host: Host) => listed.some((address) => sameBytes(address, host.address));
    this.#hosts = this.#hosts.filter((host) => !this.#fileHosts.includes(host) || isListed(host));
    for (const text of addresses) this.#insertText(text);
    this.#fileHosts = this.#hosts.filter(isListed);
    this.#ownHosts = this.#ownHosts.filter((host) => !isListed(host));
  }

  admits(peer: Peer, request: SetupRequest): boolean {
    this.#load();
    if (!this.isEnabled) return true;
    const { cookieGuesses } = this.#sources;
    const showsCookie = request.authorizationName === MAGIC_COOKIE && this.#cookies.length > 0;
    const address = peer.kind === 'tcp' ? peer.address : undefined;
    const mayShow = () => address === undefined || cookieGuesses.waitMs(address) === 0;
    if (showsCookie && mayShow() && this.#knowsCookie(request)) return true;
    if (this.#admitsAddress(peer)) return true;
    if (showsCookie && address !== undefined) cookieGuesses.take(address);
    return false;
  }

  #admitsAddress(peer: Peer): boolean {
    if (peer.kind === 'unix') return this.#isLocalAllowed || this.#listsOwnAddress();
    if (peer.door === 'pageWithToken') return true;
    const address = ipv4Bytes(peer.address);
    if (address) return this.#find(INTERNET_FAMILY, address) !== undefined;
    return this.#isLocalAllowed && this.#isOwnAddress(peer.address);
  }

  /**
   * Clients on the server's own machine may change the list, and disconnect others. Pages may not: behind a
   * proxy they all seem to be here.
   */
  isLocal(peer: Peer): boolean {
    if (peer.kind === 'unix') return true;
    return peer.door === undefined && this.#isOwnAddress(peer.address);
  }

  /** Inserting what is there, and deleting what is not, changes nothing. BadAlloc past the bound. */
  insert(family: number, address: Uint8Array): void {
    if (this.#find(family, address)) return;
    if (this.#hosts.length >= MAX_HOSTS) throw new ProtocolError('BadAlloc');
    this.#add(family, address.slice());
    this.#tellOfHosts();
  }

  delete(family: number, address: Uint8Array): void {
    const host = this.#find(family, address);
    if (host === undefined) return;
    this.#hosts = this.#hosts.filter((other) => other !== host);
    this.#tellOfHosts();
  }

  #tellOfHosts(): void {
    const kept = this.#hosts.filter((host) => !this.#ownHosts.includes(host));
    this.#sources.hostsChanged(kept.map(({ address }) => address.join('.')));
  }

  #load(): void {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    const cookies = this.#sources.readCookies();
    this.#cookies = cookies ?? [];
    this.#isLocalAllowed = cookies === undefined;
    if (cookies) this.#forgetOwnHosts();
    else this.#insertOwnHosts();
  }

  #insertOwnHosts(): void {
    const before = new Set(this.#hosts);
    for (const address of this.#sources.localAddresses()) this.#insertText(address);
    const added = this.#hosts.filter((host) => !before.has(host));
    this.#ownHosts = [...this.#ownHosts, ...added].filter((host) => this.#hosts.includes(host));
  }

  /** A cookie file came while the server runs. */
  #forgetOwnHosts(): void {
    this.#hosts = this.#hosts.filter((host) => !this.#ownHosts.includes(host));
    this.#ownHosts = [];
  }

  #knowsCookie({ authorizationData }: SetupRequest): boolean {
    return this.#cookies.some((cookie) => sameSecret(cookie, authorizationData));
  }

  #find(family: number, address: Uint8Array): Host | undefined {
    return this.#hosts.find((host) => host.family === family && sameBytes(host.address, address));
  }

  #isOwnAddress(address: string): boolean {
    return this.#sources.localAddresses().includes(address);
  }

  #listsOwnAddress(): boolean {
    return this.#sources.localAddresses().some((text) => {
      const address = ipv4Bytes(text);
      return address !== undefined && this.#find(INTERNET_FAMILY, address) !== undefined;
    });
  }

  #insertText(text: string): void {
    const address = ipv4Bytes(text);
    if (address && !this.#find(INTERNET_FAMILY, address)) this.#add(INTERNET_FAMILY, address);
  }

  #add(family: number, address: Uint8Array): void {
    this.#hosts.unshift({ family, address });
  }
}
