// A network that is as bad as a test wants it: a TCP proxy on this machine, which keeps the order of bytes.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export class UnevenNetwork {
  /** By how long what comes from the server is delayed, anew for each piece. */
  delayMs: () => number = () => 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #heldUntilMs = 0;

  constructor(serverPort: number) {
    this.#server = createServer((client) => {
      const server = connect(serverPort, '127.0.0.1');
      for (const socket of [client, server]) {
        socket.setNoDelay(true);
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          server.destroy();
        });
      }
      client.pipe(server);
      this.#delay(server, client);
    });
  }

  /** Gives the port. */
  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Nothing comes from the server for so long; then all of it at once. */
  stall(ms: number): void {
    this.#heldUntilMs = performance.now() + ms;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #delay(from: Socket, to: Socket): void {
    const waiting: { bytes: Buffer; dueMs: number }[] = [];
    const deliver = (): void => {
      for (let next = waiting[0]; next; next = waiting[0]) {
        const leftMs = Math.max(next.dueMs, this.#heldUntilMs) - performance.now();
        if (leftMs > 0) {
          setTimeout(deliver, leftMs);
          return;
        }
        waiting.shift();
        to.write(next.bytes);
      }
    };
    from.on('data', (bytes: Buffer) => {
      waiting.push({ bytes, dueMs: performance.now() + this.delayMs() });
      if (waiting.length === 1) deliver();
    });
  }
}
