// What a connection to a gateway needs of the world: WebSockets, time and chance. Tests hand in their own.
import type { Refusal } from './refusal.ts';

/** The part of a WebSocket that is used. */
export interface RelaySocket {
  /** What was sent and has not left the page. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Nothing is received from now on. */
  close(): void;
}

export interface SocketReceiver {
  opened(): void;
  message(data: unknown): void;
  closed(code: number, reason: string): void;
}

export interface RelayWorld {
  openSocket(url: string, receiver: SocketReceiver): RelaySocket;
  /**
   * Why the gateway lets this page not in; undefined if it does, or cannot be asked. Browsers do not tell it
   * of a WebSocket that was not opened.
   */
  refusal(url: string): Promise<Refusal | undefined>;
  nowMs(): number;
  /** Calls back once; what it returns prevents that. */
  after(delayMs: number, callback: () => void): () => void;
  /** 0 to 1. */
  random(): number;
}
