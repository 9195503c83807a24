// What the relay needs from the world around it. Sockets, clocks and the list of programs are handed in,
// so that all of this folder but one file runs in a test without a socket or a second of waiting.
import type { Clock, DeviceSet, Timers } from '#server/devices/face';
import type { Exchanges } from '#server/telephone/index';
import type { CloseCode } from '#shared/relay/close-codes';
import type { Role } from '#shared/relay/roles';

/** A page's WebSocket. Nothing throws, also after the end. */
export interface PageSocket {
  /** For people: where the page is. */
  readonly peer: string;
  /** What the page may do. */
  readonly role: Role;
  start(receiver: PageReceiver): void;
  sendText(text: string): void;
  /** Sends a message made by `frameMessage`, which is shared with other sockets. */
  sendFrame(message: FrameMessage): void;
  /** Takes frames as `sendFrame` does, while it can be written to and nothing waits in it. */
  readonly stream: FrameStream;
  /** Asks the page's browser for a sign of life, behind everything that was sent before. */
  ping(): void;
  /** What was sent and has not left this process. */
  readonly queuedByteCount: number;
  /** How many texts are among it: each takes far more memory than its bytes. */
  readonly queuedTextCount: number;
  /** `reason` is for people; what does not fit into a close message is cut. */
  close(code: CloseCode, reason: string): void;
}

export interface PageReceiver {
  text(text: string): void;
  /** The receiver's to keep. */
  binary(bytes: Uint8Array<ArrayBuffer>): void;
  /** The browser asks for a sign of life, which it gets. */
  ping(): void;
  /** The browser has read all that was sent before the last ping. */
  pong(): void;
  /** Exactly once, however it ended. */
  closed(): void;
}

/** The part of a socket that sending needs each time, without anything between. */
export interface FrameStream {
  readonly writable: boolean;
  readonly writableLength: number;
  write(message: FrameMessage): unknown;
}

/**
 * The bytes of a whole WebSocket message with its header, ready for any number of sockets. A Buffer, because a
 * socket would wrap anything else in one, for each listener anew.
 */
export type FrameMessage = Buffer;

/** A program that plays. */
export interface PlayingClient {
  readonly device: object;
  readonly index: number;
  readonly peer: string;
}

/** Bounds of what pages may ask for. */
export interface RelayLimits {
  readonly pages: number;
  readonly speakersPerPage: number;
  /** Messages of one page in a second, sound included. */
  readonly pageMessagesPerSecond: number;
  /** A listener that is further behind loses frames. */
  readonly listenerLagMs: number;
  /** A listener that stays behind for so long is closed. */
  readonly stalledListenerMs: number;
}

type LogEvent = (event: string, fields?: Readonly<Record<string, string | number>>) => void;

/** A line that concerns a page has its number as `page`. */
export interface RelayLog {
  readonly debug: LogEvent;
  readonly info: LogEvent;
  readonly error: LogEvent;
}

export interface RelayOptions {
  readonly devices: DeviceSet;
  /** Behind the telephone lines of those devices. */
  readonly exchanges: Exchanges;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Calls back when the event loop has been round. */
  soon(callback: () => void): void;
  readonly limits: RelayLimits;
  readonly log: RelayLog;
  readonly gatewayVersion: string;
  readonly serverNumber: number;
  /** Who plays now, on all devices. */
  playing(): readonly PlayingClient[];
}
