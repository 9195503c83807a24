// A way to a gateway that is as bad as a test wants it: a TCP proxy that delays, narrows, swallows or cuts.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { AUDIOFILE_BASE_PORT } from '#server/transport/addresses';
import { freePort } from '#test/server/gateway-parts';
import type { RunningTest } from './running-test.ts';
import { sleepMs } from './waiting.ts';

const TICK_MS = 10;

class BadNetwork {
  readonly port: number;
  /** How long everything takes, in either direction. */
  delayMs = 0;
  /** In either direction, of each connection. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  /** Nothing arrives any more, and nobody is told; what was sent meanwhile is gone. */
  isSwallowing = false;
  readonly #targetPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** Use `badNetworkTo`. */
  constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  /** By which an AudioFile program reaches the far end. */
  get serverName(): string {
    return `127.0.0.1:${this.port - AUDIOFILE_BASE_PORT}`;
  }

  open(): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect({ host: '127.0.0.1', port: this.#targetPort, noDelay: true });
      near.setNoDelay(true);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          this.#sockets.delete(from);
          if (!this.isSwallowing) to.destroy();
        });
        this.#carry(from, to);
      }
    });
    return new Promise((resolve) => this.#server?.listen(this.port, '127.0.0.1', resolve));
  }

  /** All connections are reset, and nobody answers for so long. */
  async cut(awayMs: number): Promise<void> {
    this.#server?.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await sleepMs(awayMs);
    await this.open();
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Reads no faster than the way carries, so that the sender feels it. */
  #carry(from: Socket, to: Socket): void {
    const waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
    let freeAtMs = 0;
    const deliver = (): void => {
      for (let next = waiting[0]; next; next = waiting[0]) {
        const leftMs = next.dueMs - performance.now();
        if (leftMs > 0) {
          setTimeout(deliver, leftMs);
          return;
        }
        waiting.shift();
        if (!this.isSwallowing) to.write(next.bytes);
      }
    };
    from.on('data', (bytes: Buffer) => {
      const nowMs = performance.now();
      freeAtMs = Math.max(nowMs, freeAtMs) + (bytes.length * 1_000) / this.bytesPerSecond;
      waiting.push({ bytes, dueMs: freeAtMs + this.delayMs });
      if (waiting.length === 1) deliver();
      const aheadMs = freeAtMs - nowMs;
      if (aheadMs > TICK_MS) {
        from.pause();
        setTimeout(() => from.resume(), aheadMs);
      }
    });
    from.on('end', () => setTimeout(() => to.end(), this.delayMs + 2 * TICK_MS));
  }
}

/** Closed when the test has finished. */
export async function badNetworkTo(test: RunningTest, targetPort: number): Promise<BadNetwork> {
  const network = new BadNetwork(await freePort(), targetPort);
  await network.open();
  test.onTestFinished(() => network.close());
  return network;
}
