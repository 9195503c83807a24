// Who may talk to the web side.
import { describe, expect, it } from 'vitest';
import { createGate } from '#server/http/gate';
import { hostCheck } from '#server/http/host-check';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE';

const onLoopback = createGate({
  answersToHost: hostCheck({ listen: '127.0.0.1', hostNames: [], machineName: 'studio' }),
  allowedOrigins: ['https://friend.example'],
  token: undefined,
});

const onNetwork = createGate({
  answersToHost: hostCheck({ listen: '0.0.0.0', hostNames: [], machineName: 'studio' }),
  allowedOrigins: [],
  token: TOKEN,
});

describe('the gate on loopback', () => {
  it('lets in everybody who names it, and nobody else', () => {
    expect(onLoopback.refusal({ url: '/', headers: { host: 'localhost:8411' } })).toBeUndefined();
    const refused = onLoopback.refusal({ url: '/', headers: { host: 'evil.example' } });
    expect(refused?.statusCode).toBe(421);
    expect(refused?.sentence).toContain('--host-names');
  });

  it.each([
    ['the same page', 'http://localhost:8411', undefined],
    ['the same page behind TLS', 'https://localhost:8411', undefined],
    ['a program', undefined, undefined],
    ['a page that is allowed', 'https://friend.example', undefined],
    ['another page', 'http://evil.example', 403],
    ['another port', 'http://localhost:9999', 403],
    ['another name for it', 'http://127.0.0.1:8411', 403],
    ['a file or a sandbox', 'null', 403],
    ['a longer name', 'http://localhost:8411.evil.example', 403],
    ['nonsense', 'http://localhost:8411/x', 403],
  ])('answers a WebSocket of %s', (_who, origin, statusCode) => {
    const headers = { host: 'localhost:8411', ...(origin && { origin }) };
    const refused = onLoopback.upgradeRefusal({ url: '/relay', headers });
    expect(refused?.statusCode).toBe(statusCode);
    if (refused) expect(refused.sentence).toContain('--allowed-origins');
  });
});

describe('the gate on a network', () => {
  const host = 'studio:8411';
  const visit = onNetwork.visit({ url: `/?token=${TOKEN}`, headers: { host } });
  const cookie = visit?.cookie.split(';')[0] ?? '';

  it.each([
    ['none', '/', {}, 401],
    ['one in the link', `/?token=${TOKEN}`, {}, undefined],
    ['a wrong one in the link', `/?token=${TOKEN}x`, {}, 401],
    ['an empty one', '/?token=', {}, 401],
    ['one in a header', '/api/status', { authorization: `Bearer ${TOKEN}` }, undefined],
    ['a wrong one in a header', '/api/status', { authorization: 'Bearer x' }, 401],
    ['another kind of header', '/api/status', { authorization: `Basic ${TOKEN}` }, 401],
    ['a cookie', '/', { cookie: `a=b; ${cookie}; c=d` }, undefined],
    ['a wrong cookie', '/', { cookie: `${cookie}x` }, 401],
    ['the cookie of another gateway', '/', { cookie: `audiofile-0=${TOKEN}` }, 401],
    ['none, where only health is asked for', '/healthz', {}, undefined],
    ['none, behind a path that only looks like it', '/healthz/../api/status', {}, 401],
  ])('wants its token: %s', (_what, url, headers, statusCode) => {
    for (const refusal of [onNetwork.refusal, onNetwork.upgradeRefusal]) {
      expect(refusal({ url, headers: { host, ...headers } })?.statusCode).toBe(statusCode);
    }
  });

  it('does not ask for the token before the host', () => {
    const headers = { host: 'evil.example', authorization: `Bearer ${TOKEN}` };
    expect(onNetwork.refusal({ url: '/', headers })?.statusCode).toBe(421);
  });

  it('gives a visitor a cookie that no script reads, and takes the token out of the address', () => {
    expect(visit?.location).toBe('/');
    expect(visit?.cookie).toMatch(/^audiofile-[0-9a-f]{8}=.*; HttpOnly; SameSite=Strict$/);
    expect(onNetwork.visit({ url: `/?a=1&token=${TOKEN}&b=2`, headers: {} })?.location).toBe(
      '/?a=1&b=2',
    );
    expect(onNetwork.visit({ url: `//evil.example/?token=${TOKEN}`, headers: {} })?.location).toBe(
      '/evil.example/',
    );
  });

  it('leaves programs, and those who come with a wrong token, as they are', () => {
    for (const url of [`/api/status?token=${TOKEN}`, `/metrics?token=${TOKEN}`, '/?token=x', '/']) {
      expect(onNetwork.visit({ url, headers: {} })).toBeUndefined();
    }
  });
});
