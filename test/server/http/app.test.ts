// The web side without a socket: whom it answers, what it says of the gateway, and with which headers.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpApp } from '#server/http/app';
import type { Ailment } from '#server/http/health';
import { hostCheck } from '#server/http/host-check';
import { messageFolder } from '#server/message-folder';
import { newFolder } from '#test/support/new-folder';
import { gateOf } from '../gate-parts.ts';
import { apiAnswers, apiOf, noMetrics } from './api-answers.ts';

let folder = '';
let app: FastifyInstance;
const logged: [event: string, fields: Readonly<Record<string, string | number>>][] = [];
/** What the gateway says it suffers from. */
let ailments: Ailment[] = [];

beforeEach(async () => {
  folder = newFolder();
  logged.length = 0;
  ailments = [];
  app = await createHttpApp({
    pageFolder: folder,
    gate: gateOf(),
    api: apiOf(apiAnswers),
    metrics: noMetrics,
    limits: { webRequestMs: 10_000, webIdleMs: 30_000 },
    admin: { endClient: () => false, tokens: undefined },
    messages: messageFolder(path.join(folder, 'messages')),
    health: () => ailments,
    log: {
      debug: (event, fields) => logged.push([event, fields]),
      error: (event, fields) => logged.push([event, fields]),
    },
  });
});

afterEach(async () => {
  await app.close();
});

function get(url: string, host = 'localhost:8411') {
  return app.inject({ method: 'GET', url, headers: { host } });
}

function buildPage(): void {
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><p>page');
  writeFileSync(path.join(folder, 'assets', 'a-1234.js'), '1');
}

describe('the web side', () => {
  it('says that it is well', async () => {
    const answer = await get('/healthz');
    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"ok"}']);
  });

  it('says that it is not well, and why', async () => {
    ailments = [{ code: 'draining', message: 'The gateway ends.' }];
    const answer = await get('/healthz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'failing', reasons: ailments });
  });

  it('serves the page, which is asked for anew each time, and its files, which never change', async () => {
    buildPage();
    const page = await get('/');
    expect([page.statusCode, page.body]).toEqual([200, '<!doctype html><p>page']);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['cache-control']).toBe('no-cache');
    const asset = await get('/assets/a-1234.js');
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('says how to build the page when it is not built', async () => {
    const answer = await get('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('"npm start" builds it');
  });

  it('has nothing elsewhere, and nothing outside the folder of the page', async () => {
    buildPage();
    writeFileSync(`${folder}-secret`, 'secret');
    const name = path.basename(folder);
    for (const url of ['/none', `/../${name}-secret`, `/%2e%2e/${name}-secret`, '/assets/']) {
      const answer = await get(url);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toBe('secret');
    }
    rmSync(`${folder}-secret`);
  });

  it('says where nothing is what can be asked', async () => {
    buildPage();
    const { statusCode, body } = await get('/api');
    expect([statusCode, body]).toEqual([404, expect.stringContaining('/api/openapi.json')]);
    expect((await get('/api/openapi.json')).statusCode).toBe(200);
  });

  it('does not tell strangers why it failed, but its log', async () => {
    app.get('/broken', () => {
      throw new Error('inner detail');
    });
    const answer = await get('/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('inner detail');
    const [failed, answered] = logged;
    const about = { request: 1, method: 'GET', path: '/broken' };
    expect(failed).toEqual(['a request failed', { ...about, reason: 'inner detail' }]);
    expect(answered).toMatchObject(['a request was answered', { ...about, status: 500 }]);
    expect(answer.body).toContain('at request 1.');
  });

  it('does not log the token that somebody came with', async () => {
    await get('/api/status?token=secret');
    expect(logged).toMatchObject([['a request was answered', { path: '/api/status' }]]);
    expect(JSON.stringify(logged)).not.toContain('secret');
  });

  it.each(['/', '/api/status', '/healthz', '/none', '/%zz'])(
    'sends its security headers with %s',
    async (url) => {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toContain('unsafe');
    },
  );

  it('asks the gate also about a path that cannot be decoded, and repeats nothing of it', async () => {
    const answer = await get('/%zz<script>');
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).not.toContain('script');
    expect((await get('/%zz', 'evil.example')).statusCode).toBe(421);
  });

  it('refuses a name that it does not have, and says what to do', async () => {
    const answer = await get('/api/status', 'evil.example');
    expect(answer.statusCode).toBe(421);
    expect(answer.body).toContain('"evil.example"');
    expect(answer.body).toContain('--host-names');
    expect(answer.body).not.toContain('1.2.3');
  });
});

describe('the check of the Host header', () => {
  const onLoopback = hostCheck({
    listen: '127.0.0.1',
    hostNames: ['af.lan'],
    machineName: 'studio',
  });
  const onNetwork = hostCheck({ listen: '0.0.0.0', hostNames: ['af.lan'], machineName: 'studio' });

  it.each([
    ['localhost', true, true],
    ['LOCALHOST:8411', true, true],
    ['localhost.:8411', true, true],
    ['127.0.0.1:1', true, true],
    ['[::1]:8411', true, true],
    ['af.lan', true, true],
    ['192.168.1.5:8411', false, true],
    ['[fe80::1]', false, true],
    ['studio', false, true],
    ['studio.local:8411', false, true],
    ['evil.example', false, false],
    ['localhost.evil.example', false, false],
    ['127.0.0.1.evil.example', false, false],
    ['evil.example@localhost', false, false],
    ['localhost:8411:1', false, false],
    ['[::1', false, false],
    ['', false, false],
    [undefined, false, false],
  ])('of %j: answered on loopback %s, on the network %s', (host, loopback, network) => {
    expect([onLoopback(host), onNetwork(host)]).toEqual([loopback, network]);
  });
});
