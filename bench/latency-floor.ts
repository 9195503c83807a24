// The floor of the latency benchmark, and the server of its page: a WebSocket that carries the moment at which
// each message leaves, as often and as long as the gateway's frames, and nothing else.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { wallClockMs } from './wall-clock.ts';

const FRAME_MS = 10;
/** 480 stereo frames and a header. */
const MESSAGE_BYTES = 24 + 4 * 480;

/** As seen from dist/bench, where this runs. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGE =
  '<!doctype html><title>Latency</title><script type="module" src="/latency-page.js"></script>';
const headers = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://any');
  const type = pathname === '/' ? 'text/html' : 'text/javascript';
  try {
    const body = pathname === '/' ? PAGE : await readFile(fileOf(pathname));
    response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

function fileOf(pathname: string): string {
  const isLibrary = pathname.startsWith('/browser/') || pathname.startsWith('/assets/');
  return path.join(root, isLibrary ? 'dist' : 'bench', pathname);
}

const sockets = new WebSocketServer({ server, path: '/floor', perMessageDeflate: false });

setInterval(() => {
  const message = Buffer.alloc(MESSAGE_BYTES);
  message.writeDoubleLE(wallClockMs());
  for (const socket of sockets.clients) socket.send(message);
}, FRAME_MS);

process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1' }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
