// What changes something over /api, and who may.
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { TokenStatus } from '#server/http/admin-api';
import { openApiDocument } from '#server/http/api';
import { createHttpApp } from '#server/http/app';
import { needOf, routeNeeds } from '#server/http/route-rights';
import { messageFolder } from '#server/message-folder';
import { gateOf, knownToken, TOKEN, tokensOf } from '../gate-parts.ts';
import { apiAnswers, apiOf, noMetrics } from './api-answers.ts';

const LISTENER = 'l'.repeat(20);
let app: FastifyInstance | undefined;

afterEach(() => app?.close());

/** Client 3 is there, and a token "kitchen". */
async function open({ needsToken = true } = {}) {
  const kitchen: TokenStatus = {
    name: 'kitchen',
    role: 'listen',
    createdAt: '2030-01-01T00:00:00Z',
  };
  const did: string[] = [];
  const tokens = tokensOf([knownToken(TOKEN, 'admin'), knownToken(LISTENER, 'control')]);
  app = await createHttpApp({
    pageFolder: import.meta.dirname,
    gate: gateOf({ tokens: needsToken ? tokens : undefined }),
    api: apiOf(apiAnswers),
    metrics: noMetrics,
    limits: { webRequestMs: 10_000, webIdleMs: 30_000 },
    messages: messageFolder(import.meta.dirname),
    admin: {
      endClient(index) {
        did.push(`end ${index}`);
        return index === 3;
      },
      tokens: needsToken
        ? {
            list: () => [kitchen],
            add({ name, role, expiresAt = 'never' }) {
              did.push(`add ${name} ${role} ${expiresAt}`);
              return name === 'kitchen' ? { why: 'It is there.' } : { token: 'secret' };
            },
            revoke(name) {
              did.push(`revoke ${name}`);
              return name === 'kitchen';
            },
          }
        : undefined,
    },
    health: () => [],
    log: { debug: () => {}, error: (_event, { reason }) => did.push(String(reason)) },
  });
  const inject = async (options: InjectOptions, token = TOKEN, headers = {}) => {
    const authorization = { authorization: `Bearer ${token}` };
    const all = { host: 'localhost', ...(needsToken && authorization), ...headers };
    const { statusCode, body } = (await app?.inject({ ...options, headers: all })) ?? {};
    return { statusCode, body };
  };
  return { did, inject };
}

const endClient = { method: 'DELETE', url: '/api/clients/3' } as const;

describe('an admin', () => {
  it('ends clients', async () => {
    const { did, inject } = await open();
    expect(await inject(endClient)).toEqual({ statusCode: 204, body: '' });
    const none = await inject({ method: 'DELETE', url: '/api/clients/4' });
    expect(none).toEqual({ statusCode: 404, body: expect.stringContaining('no client 4') });
    expect((await inject({ method: 'DELETE', url: '/api/clients/x' })).statusCode).toBe(400);
    expect(did).toEqual(['end 3', 'end 4']);
  });

  it('lists, adds and revokes tokens', async () => {
    const { did, inject } = await open();
    const list = await inject({ method: 'GET', url: '/api/tokens' });
    expect(JSON.parse(list.body ?? '')).toMatchObject([{ name: 'kitchen', role: 'listen' }]);
    const add = (payload: object) => inject({ method: 'POST', url: '/api/tokens', payload });
    const expiresAt = '2031-01-01T00:00:00Z';
    expect(await add({ name: 'garden', role: 'speak', expiresAt })).toEqual({
      statusCode: 201,
      body: '{"token":"secret"}',
    });
    expect((await add({ name: 'kitchen', role: 'speak' })).statusCode).toBe(409);
    for (const bad of [{}, { name: 'a b', role: 'speak' }, { name: 'a', role: 'king' }]) {
      expect((await add(bad)).statusCode).toBe(400);
    }
    const revoke = (name: string) => inject({ method: 'DELETE', url: `/api/tokens/${name}` });
    expect((await revoke('kitchen')).statusCode).toBe(204);
    expect((await revoke('nobody')).statusCode).toBe(404);
    expect(did).toEqual([
      `add garden speak ${expiresAt}`,
      'add kitchen speak never',
      'revoke kitchen',
      'revoke nobody',
    ]);
  });

  it('learns that a gateway of one machine has no tokens', async () => {
    const { inject } = await open({ needsToken: false });
    expect(await inject({ method: 'GET', url: '/api/tokens' })).toEqual({
      statusCode: 404,
      body: expect.stringContaining('needs no tokens'),
    });
    expect((await inject(endClient)).statusCode).toBe(204);
  });
});

describe('everybody else', () => {
  const admins = Object.keys(routeNeeds).filter((route) => routeNeeds[route] === 'admin');

  it.each(admins)('may not %s', async (route) => {
    const { did, inject } = await open();
    const [method = '', url = ''] = route.replace(':index', '3').replace(':name', 'x').split(' ');
    const asked = { method, url } as InjectOptions;
    const refused = await inject(asked, LISTENER);
    expect(refused).toEqual({ statusCode: 403, body: expect.stringContaining('for “admin”') });
    expect((await inject(asked, 'wrong')).statusCode).toBe(401);
    expect(did).toEqual([]);
  });

  it.each(['/api/%63lients/3', '/api/clients/3?x=/healthz', '//api/clients/3', '/API/clients/3'])(
    'may not by another spelling: %s',
    async (url) => {
      const { did, inject } = await open();
      const { statusCode = 0 } = await inject({ method: 'DELETE', url }, LISTENER);
      expect([403, 404]).toContain(statusCode);
      expect(did).toEqual([]);
    },
  );

  it('may not by the browser of an admin who visits their page', async () => {
    for (const needsToken of [true, false]) {
      const { did, inject } = await open({ needsToken });
      const foreign: Record<string, string>[] = [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
      ];
      for (const headers of foreign) {
        expect(await inject(endClient, TOKEN, headers)).toEqual({
          statusCode: 403,
          body: expect.stringContaining('may not use this gateway'),
        });
      }
      expect((await inject(endClient, TOKEN, { origin: 'http://localhost' })).statusCode).toBe(204);
      expect(did).toEqual(['end 3']);
      await app?.close();
    }
  });

  it('finds in the table of rights only routes that there are', async () => {
    await open();
    for (const route of Object.keys(routeNeeds)) {
      const [method, url = ''] = route.split(' ');
      if (url === '/') continue;
      expect([route, app?.hasRoute({ method: method as 'GET', url })]).toEqual([route, true]);
    }
  });

  it('finds in the table of rights every route that the API tells of', () => {
    const paths: Readonly<Record<string, object>> = openApiDocument('1').paths;
    for (const [url, methods] of Object.entries(paths)) {
      const route = url.replace(/\{(\w+)\}/g, ':$1');
      for (const method of Object.keys(methods).filter((name) => name !== 'parameters')) {
        expect(Object.keys(routeNeeds)).toContain(`${method.toUpperCase()} ${route}`);
      }
    }
  });

  it('is refused on a route that nobody gave a right', async () => {
    const { inject } = await open();
    expect(needOf('GET', '/forgotten')).toBe('admin');
    expect(needOf('HEAD', '/api/status')).toBe('listen');
    expect((await inject({ method: 'POST', url: '/nowhere' }, LISTENER)).statusCode).toBe(403);
  });
});
