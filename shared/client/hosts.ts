// The list of hosts that may connect to the server. Only clients on its own machine may change it.
import { INTERNET_FAMILY } from '#shared/protocol/requests/access';
import type { Calls } from './calls.ts';

/** A dotted quad such as 10.1.2.3, or its four bytes. */
export type HostAddress = string | Uint8Array;

export interface Host {
  /** 0 is the Internet, the only family that servers have. */
  readonly family: number;
  readonly address: Uint8Array;
  /** The address as people write it. */
  readonly text: string;
}

export interface HostAccess {
  /** Whether the list is in force; if not, anybody may connect. */
  readonly isEnabled: boolean;
  /** The newest first. */
  readonly hosts: readonly Host[];
}

export class Hosts {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async list(): Promise<HostAccess> {
    const reply = await this.#calls.ask('ListHosts', {});
    const hosts = reply.hosts.map(({ family, address }) => ({
      family,
      // A copy, because the reply's bytes are a view into all that arrived with it.
      address: address.slice(),
      text: address.join('.'),
    }));
    return { isEnabled: reply.enabled !== 0, hosts };
  }

  /** Adding a host that is there is no error. */
  add(address: HostAddress): Promise<void> {
    return this.#change('insert', address);
  }

  /** Removing a host that is not there is no error. */
  remove(address: HostAddress): Promise<void> {
    return this.#change('delete', address);
  }

  /** Puts the list in force, or lets anybody connect. */
  setAccessControl(isEnabled: boolean): Promise<void> {
    return this.#calls.tell('SetAccessControl', { mode: isEnabled ? 1 : 0 });
  }

  async #change(mode: 'insert' | 'delete', host: HostAddress): Promise<void> {
    const address = typeof host === 'string' ? parseDottedQuad(host) : host;
    await this.#calls.tell('ChangeHosts', { mode, family: INTERNET_FAMILY, address });
  }
}

function parseDottedQuad(text: string): Uint8Array {
  const parts = text.split('.');
  const isQuad = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && +part < 256);
  if (!isQuad) {
    throw new RangeError(
      `"${text}" is no address of the form 10.1.2.3, and AudioFile's host list holds no other: look the name up first.`,
    );
  }
  return Uint8Array.from(parts, Number);
}
