// Each bound of HTTP and of WebSockets in docs/limits.md, and what happens to somebody who goes past it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webBounds } from '#server/wiring/bounds/web';
import { openWebServer, type WebServer } from './web-bench.ts';
import { webChecks } from './web-checks.ts';

let server: WebServer;
beforeAll(async () => {
  server = await openWebServer();
});
afterAll(() => server.close());

const names = Object.keys(webBounds) as (keyof typeof webBounds)[];

describe('past a bound of the web side', () => {
  it.each(names.map((name) => [webBounds[name].what, webBounds[name].past, name] as const))(
    '(%s) %s',
    async (_what, _past, name) => {
      await webChecks[name](server);
      const answer = await fetch(`http://127.0.0.1:${server.port}/healthz`);
      expect(answer.status).toBe(421);
    },
  );
});
