// The floor, in a process of its own: a bare server on Node's `net` that answers messages of one size with
// zeros of another, and looks at nothing. The first 8 bytes of a connection say the two sizes.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const FLOOR_HEADER_BYTES = 8;

const ANSWER_BYTES = 1024 * 1024;
const zeros = Buffer.alloc(ANSWER_BYTES);

function answer(socket: Socket, header: Buffer): (chunk: Buffer) => void {
  const messageBytes = header.readUInt32LE(0);
  const answerBytes = header.readUInt32LE(4);
  let unansweredBytes = 0;
  return (chunk) => {
    unansweredBytes += chunk.length;
    const count = Math.floor(unansweredBytes / messageBytes);
    if (count === 0) return;
    unansweredBytes -= count * messageBytes;
    socket.write(zeros.subarray(0, count * answerBytes));
  };
}

function serve(socket: Socket): void {
  socket.on('error', () => {});
  socket.once('data', (first: Buffer) => {
    const take = answer(socket, first);
    socket.on('data', take);
    if (first.length > FLOOR_HEADER_BYTES) take(first.subarray(FLOOR_HEADER_BYTES));
  });
}

function main(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-floor-'));
  const socketFile = path.join(folder, 'socket');
  const tcp = createServer({ noDelay: true }, serve);
  const unix = createServer(serve);
  unix.listen(socketFile, () => {
    tcp.listen(0, '127.0.0.1', () => {
      const address = tcp.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      process.stdout.write(`ready ${port} ${socketFile}\n`);
    });
  });
  process.once('SIGTERM', () => {
    rmSync(folder, { recursive: true });
    process.exit(0);
  });
}

main();
