// What dispatch needs from the world around it. Transports, clocks, files and logs are handed in, so
// that all of this folder runs in a test without a socket, a file or a second of waiting.
import type { Clock, DeviceSet, Timers } from '#server/devices/face';

export type Peer =
  | {
      readonly kind: 'tcp';
      readonly address: string;
      /** Undefined behind a proxy, which alone knows it. */
      readonly port: number | undefined;
      /** Came through the web side, with the gateway's token or where none is needed. */
      readonly door?: 'page' | 'pageWithToken';
    }
  | { readonly kind: 'unix' };

/** A connection's bytes, without meaning. */
export interface Connection {
  readonly peer: Peer;
  start(receiver: Receiver): void;
  /** Never throws, also after the end. */
  write(bytes: Uint8Array): void;
  /** Bytes that were written and wait for the peer to read. */
  readonly queuedByteCount: number;
  /** After this no bytes are delivered until `resume`. Pausing again says that something was done. */
  pause(): void;
  resume(): void;
  /** Closes when all that was written has left. */
  end(): void;
  destroy(): void;
}

/** Where so much was queued, whoever wrote it is told when it has left. */
export const TOLD_WHEN_DRAINED_BYTES = 128 * 1024;

export interface Receiver {
  /** The first `byteCount` bytes of `chunk` arrived; it changes after the call. */
  bytes(chunk: Uint8Array<ArrayBuffer>, byteCount: number): void;
  /** All that was written has left; called at least when that was TOLD_WHEN_DRAINED_BYTES. */
  drained(): void;
  closed(): void;
}

type LogEvent = (
  event: string,
  fields?: Readonly<Record<string, string | number | undefined>>,
) => void;

/** A line that concerns a client has its number as `client`. */
export interface Log {
  readonly debug: LogEvent;
  readonly info: LogEvent;
  readonly warn: LogEvent;
  readonly error: LogEvent;
}

/** Who may connect, as files and the machine say; asked at the first connection after start and reset. */
export interface AccessSources {
  /** Whether the host list is in force at the start; clients of this machine may change that. */
  readonly isEnabled: boolean;
  /** Undefined where no cookie file is configured. */
  readCookies(): readonly Uint8Array[] | undefined;
  /** Addresses of the hosts file, as text. */
  readHosts(): readonly string[];
  /** The machine's own addresses, loopback included, as text. */
  localAddresses(): readonly string[];
  /** A client has changed the list: what is in it now, the machine's own addresses left out. */
  hostsChanged(addresses: readonly string[]): void;
  /** How often an address may show wrong cookies. */
  readonly cookieGuesses: AddressLimit;
}

/** So much may happen for one address, and no more for a while. */
export interface AddressLimit {
  /** Counts one; false when it was one too many. */
  take(address: string): boolean;
  /** How long until `take` counts again; 0 when it would now. */
  waitMs(address: string): number;
}

/** Bounds of what clients may ask for; each is answered with the protocol's error when passed. */
export interface DispatchLimits {
  readonly clients: number;
  readonly setupTimeoutMs: number;
  readonly contextsPerClient: number;
  readonly contexts: number;
  /** Contexts with a rate of their own, of all clients. */
  readonly ratedContexts: number;
  readonly propertiesPerDevice: number;
  /** All properties of a device together. */
  readonly propertyBytes: number;
  readonly atoms: number;
  /** Names of all atoms together. */
  readonly atomNameBytes: number;
  /** Output that a client has not read; past it the client is disconnected. */
  readonly queuedBytesPerClient: number;
  /** How long a client may leave its output unread while it asks for more. */
  readonly stalledOutputMs: number;
  readonly recordReplyBytes: number;
}

export interface DispatchOptions {
  readonly devices: DeviceSet;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Calls back in another turn of the event loop, after other connections had theirs. */
  readonly soon: (callback: () => void) => void;
  readonly wallClockMs: () => number;
  readonly access: AccessSources;
  /** How often an address may connect. */
  readonly setUpRate: AddressLimit;
  readonly limits: DispatchLimits;
  readonly log: Log;
  readonly vendor: string;
  readonly release: number;
  /** Extensions to offer, by the names of shared/protocol/extensions. */
  readonly extensions: readonly string[];
  /** Whether each device carries its name as the property DEVICE_NAME. */
  readonly nameProperties: boolean;
}
