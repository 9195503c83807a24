// How much and how slowly somebody may ask the web side: bounds of Node's HTTP server, which has none or far
// larger ones by itself.

import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';

/** Path, query and headers of a request together; beyond it the answer is 431. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** Beyond them headers are not read. */
export const MAX_HEADERS = 100;
/** Nothing that is asked here has a body to speak of; beyond it the answer is 413. */
export const MAX_BODY_BYTES = 16 * 1024;
/** How often slow requests are looked for; seldom, because it wakes an idle gateway. */
const LOOK_MS = 5_000;

export interface WebLimits {
  readonly webRequestMs: number;
  readonly webIdleMs: number;
}

/** Takes changed limits over, for connections and requests from now on. */
export function changeWebLimits(
  server: Server | SecureServer,
  { webRequestMs, webIdleMs }: WebLimits,
): void {
  server.headersTimeout = webRequestMs;
  server.requestTimeout = webRequestMs;
  server.keepAliveTimeout = webIdleMs;
  server.timeout = webIdleMs;
}

/** Options of Fastify. */
export function webBounds({ webRequestMs, webIdleMs }: WebLimits) {
  return {
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: webRequestMs,
    keepAliveTimeout: webIdleMs,
    connectionTimeout: webIdleMs,
  };
}

/** Options of Node's server; only one with TLS looks at its part of them. */
export function serverBounds({ webRequestMs }: WebLimits) {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: webRequestMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, webRequestMs / 2),
    handshakeTimeout: webRequestMs,
  };
}
