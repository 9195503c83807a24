// Every number that somebody can choose who speaks HTTP or opens a WebSocket, and what holds it.
import { MAX_PIPELINED } from '#server/http/pipelining';
import { MAX_FRAGMENTS, MAX_UNREAD_PONGS, MAX_WAITING_CHUNKS } from '#server/http/upgrades';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_HEADERS } from '#server/http/web-bounds';
import { MAX_TOKENS } from '../token-file.ts';
import { type Bound, bytes, duration, limited, plain } from './bound.ts';

export const webBounds = {
  webConnections: {
    what: 'Connections, of all doors together',
    ...limited('connections', plain),
    past: 'a connection is closed at once; the log tells how many, every 10 s at most',
  },
  failedTokens: {
    what: 'Wrong tokens of one address in a minute',
    ...limited('failedTokensPerMinute', plain),
    past: 'no token of it is looked at for a while (429), and the log tells the address',
  },
  newToken: {
    what: 'Name, role and end of a new token, and how many there are',
    bound: `64 letters, a role that there is, the year 9999, ${plain(MAX_TOKENS)}`,
    past: '400 for a name, a role or what is no date, 409 for a later end and where there is no room',
  },
  clientIndex: {
    what: 'Number of a client in a path',
    bound: '1 to 4,095',
    past: '400; 404 where there is no such client',
  },
  headerBytes: {
    what: 'Path, query and headers of a request together',
    bound: bytes(MAX_HEADER_BYTES),
    past: '431, and the connection is closed',
  },
  headers: {
    what: 'Headers of a request',
    bound: plain(MAX_HEADERS),
    past: 'the rest is not read',
  },
  bodyBytes: {
    what: 'Body of a request',
    bound: bytes(MAX_BODY_BYTES),
    past: '413',
  },
  headerTime: {
    what: 'Time that the head of a request may take to arrive, also the first of a connection',
    ...limited('webRequestMs', duration),
    past: '408 at the latest 5 s later, and the connection is closed',
  },
  requestTime: {
    what: 'Time that a whole request may take to arrive',
    ...limited('webRequestMs', duration),
    past: '408 at the latest 5 s later, and the connection is closed',
  },
  idleTime: {
    what: 'Time for which nothing is sent or read on a connection',
    ...limited('webIdleMs', duration),
    past: 'the connection is closed',
  },
  unreadAnswers: {
    what: 'Answers that are left unread while more is asked for',
    bound: 'what Node’s buffer of a connection holds, some 16 KiB',
    past: 'no more requests are read; an idle connection is closed',
  },
  pipelined: {
    what: 'Requests on one connection before the first is answered',
    bound: `${plain(MAX_PIPELINED)}, of which each waits for the one before it`,
    past: 'the connection is closed',
  },
  path: {
    what: 'Path of a request or WebSocket',
    bound: 'one that there is, and no file outside the page’s folder',
    past: '404',
  },
  malformedRequest: {
    what: 'A request that is no HTTP, or says its length twice',
    bound: 'HTTP/1.1',
    past: '400, and the connection is closed',
  },
  messagesAtOnce: {
    what: 'WebSocket messages that come in one piece',
    bound: '1',
    past: 'each of the others waits for a turn of the event loop',
  },
  fragments: {
    what: 'Fragments of one WebSocket message',
    bound: plain(MAX_FRAGMENTS),
    past: 'the WebSocket is closed with 1008',
  },
  waitingChunks: {
    what: 'Pieces in which a WebSocket frame arrives while it is not whole',
    bound: plain(MAX_WAITING_CHUNKS),
    past: 'the WebSocket is closed with 1008',
  },
  controlFrame: {
    what: 'Length of a ping, pong or close',
    bound: '125 bytes (RFC 6455)',
    past: 'the WebSocket is closed with 1002',
  },
  compression: {
    what: 'Compressed WebSocket messages',
    bound: 'none: no extension is agreed on',
    past: 'the WebSocket is closed with 1002',
  },
  unmasked: {
    what: 'WebSocket frames that are not masked',
    bound: 'none (RFC 6455)',
    past: 'the WebSocket is closed with 1002',
  },
  unreadPongs: {
    what: 'Answers to pings that are left unread',
    bound: `what the kernels hold, and ${plain(MAX_UNREAD_PONGS)}`,
    past: 'the connection is cut',
  },
} as const satisfies Record<string, Bound>;
