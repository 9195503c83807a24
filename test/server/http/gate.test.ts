// Who may talk to the web side.
import { describe, expect, it } from 'vitest';
import { AddressRates } from '#server/address-rates';
import type { Asked } from '#server/http/asked';
import type { Admission } from '#server/http/gate';
import { hostCheck } from '#server/http/host-check';
import type { Need } from '#server/http/route-rights';
import { FakeTime } from '#test/support/fake-time';
import { asked, GATEWAY_ID, gateOf, knownToken, TOKEN, tokensOf } from '../gate-parts.ts';

const onLoopback = gateOf({ allowedOrigins: ['https://friend.example'] });
const onNetwork = gateOf({ tokens: tokensOf([knownToken(TOKEN, 'admin')]) }, '0.0.0.0');

/** The code of the refusal, or nothing. */
function refusalOf(admission: Admission) {
  return admission.kind === 'refused' ? admission.refusal.code : undefined;
}

describe('the gate on loopback', () => {
  it('lets in everybody who names it, for everything, and nobody else', () => {
    const admission = onLoopback.admit(asked(), 'admin');
    expect(admission).toMatchObject({ kind: 'admitted', pass: { role: 'admin' } });
    const stranger = asked({ headers: { host: 'evil.example' } });
    const refused = onLoopback.admit(stranger, 'listen');
    expect(refused).toMatchObject({ refusal: { statusCode: 421, code: 'strangeHost' } });
    if (refused.kind === 'refused') expect(refused.refusal.sentence).toContain('--host-names');
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
  ])('answers a WebSocket and a change of %s', (_who, origin, statusCode) => {
    const headers = { host: 'localhost:8411', ...(origin && { origin }) };
    const admissions = [
      onLoopback.admitUpgrade(asked({ url: '/relay', headers }), 'listen'),
      ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) =>
        onLoopback.admit(asked({ method, url: '/api/clients/1', headers }), 'admin'),
      ),
    ];
    for (const admission of admissions) {
      if (statusCode === undefined) expect(admission.kind).toBe('admitted');
      else expect(admission).toMatchObject({ refusal: { statusCode, code: 'strangeOrigin' } });
    }
  });

  it.each([
    [
      'a change by a form of another site, of unknown origin',
      'POST',
      'cross-site',
      'document',
      403,
    ],
    ['a change by a page on another port', 'POST', 'same-site', 'empty', 403],
    ['a change by its own page', 'POST', 'same-origin', 'empty', undefined],
    ['a picture on another site', 'GET', 'cross-site', 'image', 403],
    ['a script of another site', 'GET', 'cross-site', 'empty', 403],
    ['a link on another site', 'GET', 'cross-site', 'document', undefined],
    ['its address, typed in', 'GET', 'none', 'document', undefined],
    ['a file of its own page', 'GET', 'same-origin', 'script', undefined],
  ])('answers %s', (_what, method, site, dest, statusCode) => {
    const headers = { host: 'localhost:8411', 'sec-fetch-site': site, 'sec-fetch-dest': dest };
    const admission = onLoopback.admit(asked({ method, headers }), 'listen');
    const refused = admission.kind === 'refused' ? admission.refusal.statusCode : undefined;
    expect(refused).toBe(statusCode);
  });

  it('takes other names and origins over while it is open', () => {
    const gate = gateOf();
    const headers = { host: 'af.lan', origin: 'https://friend.example' };
    const upgrade = () => refusalOf(gate.admitUpgrade(asked({ headers }), 'listen'));
    expect(upgrade()).toBe('strangeHost');
    const names = { listen: '127.0.0.1', hostNames: ['af.lan'], machineName: 'studio' };
    const settings = { answersToHost: hostCheck(names), allowedOrigins: [], trustedProxies: [] };
    gate.reload(settings);
    expect(upgrade()).toBe('strangeOrigin');
    gate.reload({ ...settings, allowedOrigins: ['https://Friend.example'] });
    expect(upgrade()).toBeUndefined();
  });
});

describe('the gate on a network', () => {
  const host = 'studio:8411';
  const visit = onNetwork.visit(asked({ url: `/?token=${TOKEN}` }));
  const cookie = visit?.cookie.split(';')[0] ?? '';

  it.each([
    ['none', '/', {}, 'tokenMissing'],
    ['one in the link', `/?token=${TOKEN}`, {}, undefined],
    ['a wrong one in the link', `/?token=${TOKEN}x`, {}, 'tokenWrong'],
    ['an empty one', '/?token=', {}, 'tokenWrong'],
    ['one in a header', '/api/status', { authorization: `Bearer ${TOKEN}` }, undefined],
    ['a wrong one in a header', '/api/status', { authorization: 'Bearer x' }, 'tokenWrong'],
    ['another kind of header', '/api/status', { authorization: `Basic ${TOKEN}` }, 'tokenMissing'],
    ['a cookie', '/', { cookie: `a=b; ${cookie}; c=d` }, undefined],
    ['a wrong cookie', '/', { cookie: `${cookie}x` }, 'tokenWrong'],
    ['the cookie of another gateway', '/', { cookie: `audiofile-0=${TOKEN}` }, 'tokenMissing'],
    ['a right cookie beside a wrong link', '/?token=x', { cookie }, 'tokenWrong'],
    ['an old cookie beside a new link', `/?token=${TOKEN}`, { cookie: `${cookie}x` }, undefined],
  ])('wants a token: %s', (_what, url, headers, code) => {
    const request = asked({ url, headers: { host, ...headers } });
    expect(refusalOf(onNetwork.admit(request, 'listen'))).toBe(code);
    expect(refusalOf(onNetwork.admitUpgrade(request, 'listen'))).toBe(code);
  });

  it('wants none where nothing is needed, and gives no right for it', () => {
    const admission = onNetwork.admit(asked({ url: '/healthz' }), 'nothing');
    expect(admission).toMatchObject({ kind: 'admitted', pass: { role: 'listen' } });
  });

  it('asks for host and origin before the token', () => {
    const authorization = `Bearer ${TOKEN}`;
    const strange = asked({ headers: { host: 'evil.example', authorization } });
    expect(refusalOf(onNetwork.admit(strange, 'listen'))).toBe('strangeHost');
    const foreign = asked({ headers: { host, authorization, origin: 'http://evil.example' } });
    expect(refusalOf(onNetwork.admitUpgrade(foreign, 'listen'))).toBe('strangeOrigin');
  });

  it('gives a visitor a cookie that no script reads, and takes the token out of the address', () => {
    expect(visit?.location).toBe('./');
    expect(visit?.cookie).toBe(
      `audiofile-${GATEWAY_ID}=${TOKEN}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict`,
    );
    const locationOf = (url: string) => onNetwork.visit(asked({ url }))?.location;
    expect(locationOf(`/?a=1&token=${TOKEN}&b=2`)).toBe('./?a=1&b=2');
    expect(locationOf(`/index.html?token=${TOKEN}`)).toBe('./index.html');
  });

  it('leads a visitor nowhere but to itself, also below a path that a proxy puts before it', () => {
    const locationOf = (url: string) => onNetwork.visit(asked({ url }))?.location ?? '';
    const cases = [
      ...['/', '//evil.example/', '//evil.example', '/x/..//evil.example/', '/\\evil.example/'],
      ...['/http://evil.example', '/javascript:alert(1)', '/%2F%2Fevil.example'],
    ];
    for (const path of cases) {
      const seen = new URL(locationOf(`${path}?token=${TOKEN}`), 'https://example.org/sound/');
      expect(seen.href).toMatch(/^https:\/\/example\.org\/sound\/[^/]*$/);
    }
  });

  it('gives the cookie to secure pages only when it came by TLS', () => {
    const secure = onNetwork.visit(asked({ url: `/?token=${TOKEN}`, isEncrypted: true }));
    expect(secure?.cookie).toMatch(/; Secure$/);
  });

  it('leaves programs, and those who come with a wrong token, as they are', () => {
    for (const url of [`/api/status?token=${TOKEN}`, `/metrics?token=${TOKEN}`, '/?token=x', '/']) {
      expect(onNetwork.visit(asked({ url }))).toBeUndefined();
    }
  });
});

describe('a token', () => {
  const texts = { listen: 'l'.repeat(20), speak: 's'.repeat(20), control: 'c'.repeat(20) };
  const gate = gateOf({
    tokens: tokensOf([
      knownToken(texts.listen, 'listen'),
      knownToken(texts.speak, 'speak'),
      knownToken(texts.control, 'control'),
      knownToken(TOKEN, 'admin'),
    ]),
  });
  const admitted = (token: string, need: Need) => {
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    return gate.admit(asked({ headers }), need).kind === 'admitted';
  };

  it.each([
    [texts.listen, [true, false, false, false]],
    [texts.speak, [true, true, false, false]],
    [texts.control, [true, true, true, false]],
    [TOKEN, [true, true, true, true]],
  ])('has the rights of its role and no others: %s', (token, rights) => {
    const needs: Need[] = ['listen', 'speak', 'control', 'admin'];
    expect(needs.map((need) => admitted(token, need))).toEqual(rights);
  });

  it('that is for less says what would do', () => {
    const headers = { host: 'localhost', authorization: `Bearer ${texts.listen}` };
    const admission = gate.admit(asked({ headers }), 'control');
    expect(admission).toMatchObject({ refusal: { statusCode: 403, code: 'roleLacks' } });
    if (admission.kind === 'refused') {
      expect(admission.refusal.sentence).toContain('for “listen”');
      expect(admission.refusal.sentence).toContain('one for “control” or “admin”');
    }
  });
});

describe('wrong tokens', () => {
  function limited() {
    const time = new FakeTime(1_000);
    const guesses = new AddressRates({
      perSecond: () => 1,
      atOnce: () => 3,
      addresses: () => 100,
      nowMs: time.nowMs,
    });
    const gate = gateOf({ tokens: tokensOf([knownToken(TOKEN, 'listen')]), guesses });
    const show = (token: string, change: Partial<Asked> = {}) => {
      const headers = { host: 'localhost', authorization: `Bearer ${token}` };
      return gate.admit(asked({ headers, address: '10.0.0.1', ...change }), 'listen');
    };
    return { time, gate, show };
  }

  it('of one address are looked at so often, and after that not even the right one is', () => {
    const { time, show } = limited();
    for (let n = 0; n < 3; n += 1) expect(refusalOf(show(`wrong-${n}`))).toBe('tokenWrong');
    expect(show(TOKEN)).toMatchObject({
      refusal: { statusCode: 429, code: 'tooManyTokens', retryAfterSeconds: 1 },
    });
    time.advance(1_000);
    expect(show(TOKEN).kind).toBe('admitted');
  });

  it('do not slow other addresses, nor who shows none', () => {
    const { show } = limited();
    for (let n = 0; n < 10; n += 1) show(`wrong-${n}`);
    expect(show(TOKEN, { address: '10.0.0.2' }).kind).toBe('admitted');
    expect(refusalOf(show('', { headers: { host: 'localhost' } }))).toBe('tokenMissing');
  });

  it('are nothing that a right token counts as', () => {
    const { show } = limited();
    for (let n = 0; n < 50; n += 1) expect(show(TOKEN).kind).toBe('admitted');
  });
});

describe('behind a proxy', () => {
  const gate = gateOf({
    tokens: tokensOf([knownToken(TOKEN, 'listen')]),
    trustedProxies: ['127.0.0.1', '10.9.9.9'],
  });
  const passOf = (address: string, forwarded: Record<string, string>) => {
    const headers = { host: 'localhost', authorization: `Bearer ${TOKEN}`, ...forwarded };
    const admission = gate.admit(asked({ address, headers }), 'listen');
    return admission.kind === 'admitted' ? admission.pass : undefined;
  };

  it.each([
    ['nothing', '127.0.0.1', {}, '127.0.0.1', 50_000],
    ['an address', '127.0.0.1', { 'x-forwarded-for': '10.0.0.1' }, '10.0.0.1', undefined],
    [
      'what the visitor made up too',
      '127.0.0.1',
      { 'x-forwarded-for': '1.1.1.1, 10.0.0.1' },
      '10.0.0.1',
      undefined,
    ],
    [
      'another proxy too',
      '127.0.0.1',
      { 'x-forwarded-for': '10.0.0.1, 10.9.9.9' },
      '10.0.0.1',
      undefined,
    ],
    ['nonsense', '127.0.0.1', { 'x-forwarded-for': 'unknown' }, '127.0.0.1', 50_000],
    [
      'an address, but is not trusted',
      '10.0.0.7',
      { 'x-forwarded-for': '10.0.0.1' },
      '10.0.0.7',
      50_000,
    ],
  ])(
    'that tells %s, requests count for the right address, with a port only where it is that one’s',
    (_what, address, headers, origin, port) => {
      expect(passOf(address, headers)).toMatchObject({ address: origin });
      expect(passOf(address, headers)?.port).toBe(port);
    },
  );

  it('that is trusted, the cookie is secure when the visitor came by TLS', () => {
    const headers = { host: 'localhost', 'x-forwarded-proto': 'https' };
    const url = `/?token=${TOKEN}`;
    expect(gate.visit(asked({ url, headers }))?.cookie).toMatch(/; Secure$/);
    expect(gate.visit(asked({ url, headers, address: '10.0.0.7' }))?.cookie).not.toMatch(/Secure/);
  });
});
