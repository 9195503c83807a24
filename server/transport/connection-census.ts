// Who is connected, through whichever door: so many connections in all, and so many of one other machine.
import type { Server } from 'node:net';
import { plainAddress } from './connection.ts';

export interface CensusLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

export interface CensusOptions {
  /** Read anew for each connection, so that they may change. */
  readonly limits: CensusLimits;
  /** As many as the system lets the process have (open-files.ts). */
  readonly mostOfProcess?: number;
  /**
   * What an address is counted as: itself, or the network of one peer. Undefined of this machine's own, since
   * its programs, and all who come through a proxy on it, are bounded only together.
   */
  readonly peerOf: (address: string) => string | undefined;
  readonly nowMs: () => number;
  /** Told at most every TELL_EVERY_MS: why somebody was turned away, and how many were since the last time. */
  readonly refused: (sentence: string, count: number) => void;
}

const TELL_EVERY_MS = 10_000;

export class ConnectionCensus {
  readonly #options: CensusOptions;
  readonly #countByAddress = new Map<string, number>();
  #count = 0;
  #refusedCount = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: CensusOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** The system lets the process have no more. */
  get isProcessFull(): boolean {
    return this.#count >= this.#mostOfProcess;
  }

  get #mostOfProcess(): number {
    return this.#options.mostOfProcess ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Counts a connection, of a UNIX socket where there is no address. Gives what is to be called when it has
   * ended; undefined where it must be closed at once.
   */
  enter(address?: string): (() => void) | undefined {
    const { limits, peerOf } = this.#options;
    const other = address === undefined ? undefined : peerOf(address);
    const sameCount = other === undefined ? 0 : (this.#countByAddress.get(other) ?? 0);
    if (this.#count >= limits.connections) {
      this.#refuse(`there are ${limits.connections} connections (limits.connections)`);
      return undefined;
    }
    if (this.isProcessFull) {
      this.#refuse(
        `the process may have ${this.#mostOfProcess} connections, because of the bound of open files (ulimit -n)`,
      );
      return undefined;
    }
    if (sameCount >= limits.connectionsPerAddress) {
      this.#refuse(
        `${other} has ${limits.connectionsPerAddress} connections (limits.connectionsPerAddress)`,
      );
      return undefined;
    }
    this.#count += 1;
    if (other !== undefined) this.#countByAddress.set(other, sameCount + 1);
    return () => this.#leave(other);
  }

  /** Counts the connections of a server, and closes those that are too many. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      const { remoteAddress } = socket;
      const leave = this.enter(remoteAddress && plainAddress(remoteAddress));
      if (leave) socket.on('close', leave);
      else socket.destroy();
    });
  }

  #leave(address: string | undefined): void {
    this.#count -= 1;
    if (address === undefined) return;
    const left = (this.#countByAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#countByAddress.delete(address);
    else this.#countByAddress.set(address, left);
  }

  #refuse(sentence: string): void {
    this.#refusedCount += 1;
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#options.refused(sentence, this.#refusedCount);
    this.#refusedCount = 0;
  }
}
