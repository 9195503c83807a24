// As much of a socket of node:net as a connection needs, in memory.
import { EventEmitter } from 'node:events';

export class FakeNetSocket extends EventEmitter {
  destroyed = false;
  closed = false;
  writable = true;
  writableLength = 0;
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  /** Whoever is at the other end reads nothing, so that it is never done. */
  end(): void {}

  destroy(): void {
    this.destroyed = true;
  }
}
