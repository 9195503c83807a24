// Who gets in by the web side of a gateway on the network: tokens with roles, which are revoked at once.
import { rmSync, writeFileSync } from 'node:fs';
import { type OutgoingHttpHeaders, request } from 'node:http';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigurationInput, configurationFrom } from '#server/config';
import { createLog } from '#server/log';
import { startGateway } from '#server/wiring/gateway';
import { addToken, revokeToken } from '#server/wiring/token-admin';
import { connectAudioFile } from '#shared/client/index';
import { closeCodes } from '#shared/relay/close-codes';
import type { Role } from '#shared/relay/roles';
import { freePort, freeServerNumber } from '#test/server/gateway-parts';
import { openPage, openWebSocket, webSocketStream } from '#test/support/web-socket-client';
import { folderOf, type RunningTest } from './support/running-test.ts';

async function openToNetwork(test: RunningTest, input: ConfigurationInput = {}) {
  const folder = folderOf(test);
  const tokenFile = path.join(folder, 'tokens.json');
  const [serverNumber, httpPort] = [await freeServerNumber(), await freePort()];
  const logged: string[] = [];
  const log = createLog({
    level: 'info',
    write: (line) => logged.push(line),
    now: () => new Date(),
  });
  const configuration = {
    ...{ serverNumber, httpPort, listen: '0.0.0.0', unixSocket: false, tokenFile },
    hostsFile: path.join(folder, 'hosts'),
    ...input,
  };
  const gateway = await startGateway(configurationFrom(configuration), log);
  test.onTestFinished(() => gateway.close());
  const link = `http://127.0.0.1:${httpPort}/`;
  const addedToken = (name: string, role: Role) => {
    const token = addToken(tokenFile, { name, role }, Date.now());
    // The gateway notices by itself, but only a moment later.
    gateway.reload(configurationFrom(configuration));
    return token;
  };
  const ask = (url: string, token: string, init: RequestInit = {}) =>
    fetch(new URL(url, link), { headers: { authorization: `Bearer ${token}` }, ...init });
  return { gateway, configuration, tokenFile, link, logged, addedToken, ask };
}

describe.concurrent('a token', () => {
  it('for listening hears, and neither speaks, changes, runs programs nor ends others', async (test) => {
    const { link, addedToken, ask } = await openToNetwork(test);
    const token = addedToken('kitchen', 'listen');
    const page = await openPage(`${link}?token=${token}`);
    expect((await page.next('welcome')).role).toBe('listen');
    const [{ number = 0 } = {}] = (await page.next('devices')).devices;
    page.send({ type: 'listen', device: number, frameMs: 20 });
    page.send({ type: 'speak', device: number, rateHz: 48_000, channelCount: 1 });
    page.send({ type: 'change', device: number, outputGainDb: 1 });
    expect(await page.next('refused')).toMatchObject({ code: 'forbidden' });
    expect(await page.next('refused')).toMatchObject({ code: 'forbidden' });
    const listeners: unknown = await (await ask('api/listeners', token)).json();
    expect(listeners).toHaveLength(1);
    expect(await (await ask('api/speakers', token)).json()).toEqual([]);
    expect((await ask('metrics', token)).status).toBe(200);
    await expect(openWebSocket(`${link}?token=${token}`, 'audiofile', {})).rejects.toThrow(
      /^403 .*“control”/,
    );
    expect((await ask('api/clients/1', token, { method: 'DELETE' })).status).toBe(403);
    page.webSocket.terminate();
  });

  it('ends with all that it has open as soon as its file says so, and others stay', async (test) => {
    const { link, addedToken, tokenFile } = await openToNetwork(test);
    const [kept, revoked] = [addedToken('kept', 'control'), addedToken('revoked', 'control')];
    const pages = await Promise.all(
      [kept, revoked].map((token) => openPage(`${link}?token=${token}`)),
    );
    const program = await openWebSocket(`${link}?token=${revoked}`, 'audiofile', {});
    const connection = await connectAudioFile(webSocketStream(program));
    const sinceMs = performance.now();
    revokeToken(tokenFile, 'revoked');
    expect(await pages[1]?.closed).toEqual({
      code: closeCodes.tokenGone,
      reason: expect.stringContaining('revoked'),
    });
    expect((await connection.ended).code).toBe('lost');
    expect(performance.now() - sinceMs).toBeLessThan(2_000);
    await expect(openPage(`${link}?token=${revoked}`)).rejects.toThrow(/^401 .*revoked/);
    pages[0]?.send({ type: 'ping', id: 1, pageMs: 0 });
    await pages[0]?.next('pong');
    pages[0]?.webSocket.terminate();
  });

  it('is managed over the API by who has the one for that', async (test) => {
    const { gateway, link, ask } = await openToNetwork(test);
    const admin = new URL(gateway.addresses.page).searchParams.get('token') ?? '';
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'guest', role: 'listen' });
    const added = await ask('api/tokens', admin, { method: 'POST', headers, body });
    const { token } = (await added.json()) as { token: string };
    expect(added.status).toBe(201);
    const page = await openPage(`${link}?token=${token}`);
    const names = ((await (await ask('api/tokens', admin)).json()) as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['first', 'guest']);
    expect((await ask('api/tokens/guest', admin, { method: 'DELETE' })).status).toBe(204);
    expect((await page.closed).code).toBe(closeCodes.tokenGone);
    const foreign = { ...headers, origin: 'http://evil.example' };
    const refused = await ask('api/tokens', admin, { method: 'POST', headers: foreign, body });
    expect([refused.status, refused.headers.get('x-audiofile-refusal')]).toEqual([
      403,
      'strangeOrigin',
    ]);
  });

  it('that is wrong too often closes every door to its address for a while', async (test) => {
    const { link, addedToken, ask } = await openToNetwork(test, {
      limits: { failedTokensPerMinute: 5 },
    });
    const token = addedToken('kitchen', 'listen');
    const page = await openPage(`${link}?token=${token}`);
    for (let n = 0; n < 5; n += 1) expect((await ask('', `wrong-${n}`)).status).toBe(401);
    const refused = await ask('', token);
    expect(refused.status).toBe(429);
    // One in 12 s, less what has passed since.
    expect(refused.headers.get('retry-after')).toMatch(/^(\d|1[0-2])$/);
    await expect(openPage(`${link}?token=${token}`)).rejects.toThrow(/^429 .*wait \d+ s/);
    expect((await ask('healthz', token)).status).toBe(200);
    // Who was in before does not notice.
    page.send({ type: 'ping', id: 1, pageMs: 0 });
    await page.next('pong');
    page.webSocket.terminate();
  });
});

describe.concurrent('every door', () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const doors = [
    ['GET', '/relay', upgrade],
    ['GET', '/audiofile', upgrade],
    ['DELETE', '/api/clients/1', {}],
    ['POST', '/api/tokens', {}],
    ['DELETE', '/api/tokens/first', {}],
  ] as const;
  const evils = [
    [{ host: 'evil.example' }, '421 strangeHost'],
    [{ origin: 'http://evil.example' }, '403 strangeOrigin'],
    [{ origin: 'null' }, '403 strangeOrigin'],
    [{ 'sec-fetch-site': 'cross-site' }, '403 strangeOrigin'],
  ] as const;

  it.each([true, false])(
    'is shut to other sites and other names, whether tokens are needed or not (%s)',
    async (requireToken) => {
      const cleanUps: (() => unknown)[] = [];
      const test = { onTestFinished: (cleanUp: () => unknown) => cleanUps.push(cleanUp) };
      const { gateway, link } = await openToNetwork(test, { listen: '127.0.0.1', requireToken });
      const token = new URL(gateway.addresses.page).searchParams.get('token');
      for (const [method, door, needed] of doors) {
        for (const [evil, refusal] of evils) {
          const headers = { authorization: `Bearer ${token}`, ...needed, ...evil };
          expect([door, evil, await refusalOf(link, method, door, headers)]).toEqual([
            ...[door, evil],
            refusal,
          ]);
        }
      }
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    },
  );

  function refusalOf(link: string, method: string, door: string, headers: OutgoingHttpHeaders) {
    return new Promise<string>((resolve, reject) => {
      const asked = request(new URL(door, link), { method, headers, agent: false }, (response) => {
        response.resume();
        resolve(`${response.statusCode} ${response.headers['x-audiofile-refusal']}`);
      });
      asked.on('upgrade', (_response, socket) => {
        socket.destroy();
        resolve('it was opened');
      });
      asked.on('error', reject);
      asked.end();
    });
  }
});

describe.concurrent('a gateway', () => {
  it('on the network without TLS says so', async (test) => {
    const { logged } = await openToNetwork(test);
    expect(logged.join()).toContain('open to the network without TLS');
  });

  it('behind a proxy that asks nobody for a token says so', async (test) => {
    const { logged } = await openToNetwork(test, {
      ...{ listen: '127.0.0.1', trustedProxies: ['127.0.0.1'] },
    });
    expect(logged.join()).toContain('give --require-token');
  });

  it('behind a proxy names clients by addresses that are true as a whole', async (test) => {
    const { link } = await openToNetwork(test, {
      ...{ listen: '127.0.0.1', trustedProxies: ['127.0.0.1'] },
    });
    const peersOf = async (url: string) => {
      const answer: unknown = await (await fetch(new URL(url, link))).json();
      return Array.isArray(answer) ? answer.map(({ peer }) => String(peer)) : [];
    };
    const pages = [];
    for (const headers of [{}, { 'x-forwarded-for': '10.0.0.1' }]) {
      const page = await openPage(link, { headers });
      const [{ number = 0 } = {}] = (await page.next('devices')).devices;
      page.send({ type: 'listen', device: number, frameMs: 20 });
      page.send({ type: 'ping', id: 1, pageMs: 0 });
      await page.next('pong');
      pages.push(page);
    }
    expect(await peersOf('api/listeners')).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      '10.0.0.1',
    ]);
    for (const { webSocket } of pages) webSocket.terminate();
  });

  it('on loopback wants a token where it is told to', async (test) => {
    const { gateway, link } = await openToNetwork(test, {
      listen: '127.0.0.1',
      requireToken: true,
    });
    expect((await fetch(link)).status).toBe(401);
    expect((await fetch(gateway.addresses.page)).status).toBe(200);
  });

  it('takes names, origins and hosts over when it is reloaded', async (test) => {
    const { gateway, configuration, link } = await openToNetwork(test, { listen: '127.0.0.1' });
    const named = { headers: { host: 'af.lan', origin: 'https://friend.example' } };
    await expect(openWebSocket(link, 'relay', named)).rejects.toThrow(/^421/);
    gateway.reload(configurationFrom({ ...configuration, hostNames: ['af.lan'] }));
    await expect(openWebSocket(link, 'relay', named)).rejects.toThrow(/^403/);
    gateway.reload(
      configurationFrom({
        ...configuration,
        ...{ hostNames: ['af.lan'], allowedOrigins: ['https://friend.example'] },
      }),
    );
    (await openWebSocket(link, 'relay', named)).terminate();
  });

  it('says of a token file that makes no sense what to do, and stays as it was', async (test) => {
    const { gateway, configuration, tokenFile, link, addedToken } = await openToNetwork(test);
    const token = addedToken('kitchen', 'listen');
    writeFileSync(tokenFile, 'nonsense');
    expect(() => gateway.reload(configurationFrom(configuration))).toThrow('holds no tokens');
    expect((await fetch(`${link}?token=${token}`)).status).toBe(200);
    rmSync(tokenFile);
    gateway.reload(configurationFrom(configuration));
    expect((await fetch(`${link}?token=${token}`)).status).toBe(401);
  });
});
