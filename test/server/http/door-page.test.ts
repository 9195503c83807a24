// What a person meets at the door of the web side, and how a token gets one in.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressRates } from '#server/address-rates';
import { createHttpApp } from '#server/http/app';
import { tokenIn } from '#server/http/sign-in';
import { MAX_BODY_BYTES } from '#server/http/web-bounds';
import { messageFolder } from '#server/message-folder';
import { FakeTime } from '#test/support/fake-time';
import { GATEWAY_ID, gateOf, knownToken, TOKEN, tokensOf } from '../gate-parts.ts';
import { apiAnswers, apiOf, noMetrics } from './api-answers.ts';

const HOST = 'localhost:8411';
const STYLE = 'main{color:red}';
const GUESSES = 3;

let folder = '';
let app: FastifyInstance;
let time: FakeTime;
const logged: unknown[] = [];

async function open(isTokenNeeded: boolean): Promise<FastifyInstance> {
  const guesses = new AddressRates({
    ...{ perSecond: () => 1 / 20, atOnce: () => GUESSES, addresses: () => 10 },
    nowMs: time.nowMs,
  });
  const tokens = isTokenNeeded ? tokensOf([knownToken(TOKEN, 'listen')]) : undefined;
  const log = (...what: unknown[]) => logged.push(what);
  return createHttpApp({
    pageFolder: folder,
    gate: gateOf({ tokens, guesses }),
    api: apiOf(apiAnswers),
    metrics: noMetrics,
    limits: { webRequestMs: 10_000, webIdleMs: 30_000 },
    admin: { endClient: () => false, tokens: undefined },
    messages: messageFolder(path.join(folder, 'messages')),
    health: () => [],
    log: { debug: log, error: log },
  });
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-door-'));
  writeFileSync(path.join(folder, 'door.css'), STYLE);
  writeFileSync(path.join(folder, 'icon.svg'), '<svg></svg>');
  writeFileSync(path.join(folder, 'index.html'), 'the page itself');
  logged.length = 0;
  time = new FakeTime(1_000);
  app = await open(true);
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

type Headers = Readonly<Record<string, string>>;

/** As a browser asks for what stands in its address bar. */
function visit(url: string, headers: Headers = {}) {
  const asked = { host: HOST, accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers };
  return app.inject({ method: 'GET', url, headers: asked });
}

function signIn(token: string, headers: Headers = {}) {
  return app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: {
      ...{ host: HOST, accept: 'text/html', origin: `http://${HOST}` },
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    payload: new URLSearchParams({ token }).toString(),
  });
}

describe('at the door', () => {
  it('a browser without a token is told what to do, with a field for the token', async () => {
    const { statusCode, headers, body } = await visit('/');
    expect([statusCode, headers['x-audiofile-refusal']]).toEqual([401, 'tokenMissing']);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toContain('<h1>This gateway wants a token.</h1>');
    expect(body).toContain('Open the link that the gateway printed');
    expect(body).toContain('af token add');
    expect(body).toContain('<label for="token">');
    expect(body).toContain('<form method="post" action="./sign-in">');
    expect(body).toContain('<svg>');
    expect(body).not.toContain('aria-invalid');
    expect(body).not.toContain('the page itself');
  });

  it.each([
    ['a program', '*/*'],
    ['a program that wants JSON', 'application/json'],
    ['a picture', 'image/avif,image/webp,*/*;q=0.8'],
    ['whoever does not say', ''],
  ])('%s is told in one sentence of plain text', async (_who, accept) => {
    const { statusCode, headers, body } = await visit('/api/status', { accept });
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body).toMatch(/^This gateway wants a token: .*\n$/);
    expect(headers['content-security-policy']).toContain("form-action 'none'");
  });

  it('only the style that came along counts, no script at all, and only a form of its own', async () => {
    const { headers, body } = await visit('/');
    const policy = String(headers['content-security-policy']);
    const hash = createHash('sha256').update(STYLE).digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "object-src 'none'",
      `style-src 'sha256-${hash}'`,
    ]);
    expect(body).toContain(`<style>${STYLE}</style>`);
    expect(body).not.toContain('<script');
    // The form says whose it is, and no address says more than that.
    expect(headers['referrer-policy']).toBe('strict-origin');
  });

  it.each([
    ['/a/b/c?x=/y/', '../../sign-in'],
    ['/api/status', '../sign-in'],
    ['//evil.example/', '../../sign-in'],
    ['/"><script>alert(1)</script>', '../sign-in'],
  ])('the form of %s leads to %s, and nothing of the address is in it', async (url, action) => {
    const { body } = await visit(url);
    expect(body).toContain(`action="${action}"`);
    expect(body).not.toMatch(/evil|script/);
  });

  it('a wrong token in the link, or a cookie that is no longer right, is said to be wrong', async () => {
    const cookie = `audiofile-${GATEWAY_ID}=revoked`;
    for (const answer of [await visit('/?token=wrong'), await visit('/', { cookie })]) {
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toContain('<h1>That token does not open this gateway.</h1>');
      expect(answer.body).toContain('aria-invalid="true"');
      expect(answer.body).not.toContain('revoked"');
    }
  });

  it('a name that the gateway does not have is told, as it was sent, and no token is asked for', async () => {
    const { statusCode, body } = await visit('/', { host: '<b>evil</b>' });
    expect(statusCode).toBe(421);
    expect(body).toContain('--host-names');
    expect(body).toContain('&#60;b&#62;evil');
    expect(body).not.toMatch(/<b>|<form/);
  });

  it('whom a link on another site led here is led on, since browsers keep the cookie back until then', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };
    const { statusCode, body } = await visit('/?x=1', headers);
    expect(statusCode).toBe(401);
    expect(body).toContain('content="0; url=./?x=1"');
    const next = await visit('/?x=1', { 'sec-fetch-site': 'same-origin' });
    expect(next.body).toContain('This gateway wants a token.');
  });

  it('the picture of the tab is for everybody, and no other file', async () => {
    expect((await visit('/icon.svg', { accept: 'image/*' })).statusCode).toBe(200);
    for (const url of ['/door.css', '/index.html', '/icon.svg/../index.html', '/assets/a.js']) {
      expect((await visit(url)).statusCode).toBe(401);
    }
  });
});

describe('the field for the token', () => {
  it('signs in with the right one, as the link does, and leads to the page', async () => {
    const { statusCode, headers } = await signIn(TOKEN);
    expect([statusCode, headers.location]).toEqual([303, './']);
    const [cookie = ''] = [headers['set-cookie']].flat();
    expect(cookie).toBe(
      `audiofile-${GATEWAY_ID}=${TOKEN}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict`,
    );
    const signedIn = { cookie: cookie.split(';')[0] ?? '' };
    expect((await visit('/', signedIn)).body).toBe('the page itself');
    expect((await visit('/sign-in', signedIn)).headers.location).toBe('./');
    expect(JSON.stringify(logged)).not.toContain(TOKEN);
  });

  it.each([
    ['the token', TOKEN],
    ['a link', `https://lab:8411/?token=${TOKEN}`],
    ['a link with more in it', `http://lab/page?a=1&token=${TOKEN}&b=2#end`],
    ['a link of another site, which leads nowhere', `//evil.example/?token=${TOKEN}`],
    ['what a terminal broke', ` ${TOKEN.slice(0, 20)}\n ${TOKEN.slice(20)}\n`],
  ])('takes %s', async (_what, pasted) => {
    expect(tokenIn(pasted)).toBe(TOKEN);
    expect((await signIn(pasted)).headers.location).toBe('./');
  });

  it('says that a token is wrong, and after too many when to come back', async () => {
    for (let n = 0; n < GUESSES; n += 1) {
      const { statusCode, headers, body } = await signIn(`wrong-${n}`);
      expect([statusCode, headers['set-cookie']]).toEqual([401, undefined]);
      expect(body).toContain('That token does not open this gateway.');
      expect(body).not.toContain('wrong-');
    }
    const limited = await signIn(TOKEN);
    expect([limited.statusCode, limited.headers['retry-after']]).toEqual([429, '20']);
    expect(limited.body).toContain('Too many wrong tokens came from your address.');
    expect(limited.body).toContain('Wait 20 s');
    // The link and the field are one door.
    expect((await visit(`/?token=${TOKEN}`)).statusCode).toBe(429);
    time.advance(20_000);
    expect((await signIn(TOKEN)).statusCode).toBe(303);
  });

  it('asks again where nothing came, which is no guess', async () => {
    for (let n = 0; n <= GUESSES; n += 1) {
      expect((await signIn(' ')).body).toContain('This gateway wants a token.');
    }
    const bare = { method: 'POST', url: '/sign-in', headers: { host: HOST } } as const;
    expect((await app.inject(bare)).statusCode).toBe(401);
    expect((await signIn(TOKEN)).statusCode).toBe(303);
  });

  it('is not for forms of other sites, for other kinds of content, nor for more than a link', async () => {
    for (const origin of ['http://evil.example', 'null']) {
      const { statusCode, headers } = await signIn(TOKEN, { origin });
      expect([statusCode, headers['set-cookie']]).toEqual([403, undefined]);
    }
    const json = await signIn(TOKEN, { 'content-type': 'application/json' });
    expect(json.statusCode).toBe(415);
    expect((await signIn('x'.repeat(MAX_BODY_BYTES))).statusCode).toBe(413);
  });

  it('leads on where no token is needed', async () => {
    await app.close();
    app = await open(false);
    const { statusCode, headers } = await signIn('whatever');
    expect([statusCode, headers.location, headers['set-cookie']]).toEqual([303, './', undefined]);
  });
});
