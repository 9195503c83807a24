// WebSockets of the web side. Each is checked before it is opened, and handed over in the same turn, so that
// no message of it is lost; it ends as soon as the token that admitted it is no longer good.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes } from '#shared/relay/close-codes';
import { askedBy } from './asked.ts';
import type { Gate, Pass } from './gate.ts';
import { noDoor, type Refusal, refusalHeaders } from './refusals.ts';
import { socketNeedOf } from './route-rights.ts';
import { securityHeaders } from './security-headers.ts';
import type { Tokens } from './tokens.ts';
import { type WebSocket, WebSocketServer } from './web-socket-server.ts';

/** What becomes of the WebSockets of one path. */
export interface Door {
  /** A longer message ends its connection. */
  readonly maxMessageBytes: number;
  opened(visitor: Visitor): void;
}

export interface Visitor {
  readonly webSocket: WebSocket;
  /** The socket that carries it. */
  readonly socket: Duplex;
  readonly pass: Pass;
}

export interface UpgradeOptions {
  readonly gate: Gate;
  /** Undefined where none is needed. */
  readonly tokens: Tokens | undefined;
  readonly doors: Readonly<Record<string, Door>>;
}

/** Whoever lost its token is not waited for. */
const TOKEN_GONE_MS = 1_000;
const TOKEN_GONE = 'The token was revoked, replaced, or has expired.';

export function acceptUpgrades(server: Server, { gate, tokens, doors }: UpgradeOptions): void {
  const servers = new Map(
    Object.entries(doors).map(([path, { maxMessageBytes }]) => [
      path,
      socketServer(maxMessageBytes),
    ]),
  );
  const passes = new Map<WebSocket, Pass>();
  tokens?.onChange(() => {
    for (const [webSocket, { token }] of passes) {
      if (token !== undefined && !tokens.stillHolds(token)) end(webSocket);
    }
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A browser that hangs up meanwhile is no reason to fail.
    socket.on('error', () => {});
    const asked = askedBy(request);
    const path = asked.url.replace(/\?.*$/s, '');
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    const admission = gate.admitUpgrade(asked, door ? socketNeedOf(path) : 'listen');
    if (admission.kind === 'refused' || door === undefined) {
      refuse(socket, admission.kind === 'refused' ? admission.refusal : noDoor);
      return;
    }
    const { pass } = admission;
    servers.get(path)?.handleUpgrade(request, socket, head, (webSocket) => {
      passes.set(webSocket, pass);
      webSocket.on('close', () => passes.delete(webSocket));
      door.opened({ webSocket, socket, pass });
    });
  });
}

function end(webSocket: WebSocket): void {
  webSocket.close(closeCodes.tokenGone, TOKEN_GONE);
  const timer = setTimeout(() => webSocket.terminate(), TOKEN_GONE_MS);
  webSocket.on('close', () => clearTimeout(timer));
}

/** Of one message, and of what waits for the rest of a frame: each costs memory beside its bytes. */
export const MAX_FRAGMENTS = 1_024;
export const MAX_WAITING_CHUNKS = 4_096;
/** Of a peer that pings and does not read the answers, each of which waits with a callback of its own. */
export const MAX_UNREAD_PONGS = 60;

function socketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Sound does not get smaller by it, and a message could then not be built once for all.
    perMessageDeflate: false,
    // Each message has a turn of the event loop, however many come in one piece.
    allowSynchronousEvents: false,
    maxPayload,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_WAITING_CHUNKS,
    // The types leave it out.
    ...{ maxPendingAutoPongs: MAX_UNREAD_PONGS },
  });
}

function refuse(socket: Duplex, refusal: Refusal): void {
  const { statusCode, sentence } = refusal;
  const headers = {
    connection: 'close',
    'content-length': Buffer.byteLength(sentence),
    ...securityHeaders,
    ...refusalHeaders(refusal),
  };
  const head = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${sentence}`, () => socket.destroy());
}
