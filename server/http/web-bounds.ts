// How much and how slowly somebody may ask the web side: bounds of Node's HTTP server, which has none or far
// larger ones by itself.

import type { Server } from 'node:http';

/** Path, query and headers of a request together; beyond it the answer is 431. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** Beyond them headers are not read. */
export const MAX_HEADERS = 100;
/** Nothing that is asked here has a body to speak of; beyond it the answer is 413. */
export const MAX_BODY_BYTES = 64 * 1024;
/** How often slow requests are looked for; seldom, because it wakes an idle gateway. */
const LOOK_MS = 5_000;

export interface WebLimits {
  readonly webRequestMs: number;
  readonly webIdleMs: number;
}

/** Takes changed limits over, for connections and requests from now on. */
export function changeWebLimits(server: Server, { webRequestMs, webIdleMs }: WebLimits): void {
  server.headersTimeout = webRequestMs;
  server.requestTimeout = webRequestMs;
  server.keepAliveTimeout = webIdleMs;
  server.timeout = webIdleMs;
}

/** Options of Fastify, for servers with and without TLS. */
export function webBounds({ webRequestMs, webIdleMs }: WebLimits) {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: webRequestMs,
    keepAliveTimeout: webIdleMs,
    connectionTimeout: webIdleMs,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: webRequestMs,
      connectionsCheckingInterval: Math.min(LOOK_MS, webRequestMs / 2),
    },
  };
}
