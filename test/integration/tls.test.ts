// The page over TLS: links, cookies and WebSockets, and another certificate while it runs.
import { cpSync, readFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { startGateway } from '#server/wiring/gateway';
import { connectAudioFile } from '#shared/client/index';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { openPage, openWebSocket, webSocketStream } from '#test/support/web-socket-client';
import { folderOf, type RunningTest } from './support/running-test.ts';

const fixtures = path.resolve(import.meta.dirname, '../fixtures/tls');
const certOf = (name: string) => readFileSync(path.join(fixtures, `${name}-cert.pem`));

async function openSecure(test: RunningTest) {
  const folder = folderOf(test);
  const place = (name: string, part: 'cert' | 'key') =>
    cpSync(path.join(fixtures, `${name}-${part}.pem`), path.join(folder, `${part}.pem`));
  place('gateway', 'cert');
  place('gateway', 'key');
  const configuration = configurationFrom({
    ...{ serverNumber: await freeServerNumber(), httpPort: await freePort(), unixSocket: false },
    ...{ listen: '0.0.0.0', tokenFile: path.join(folder, 'tokens.json') },
    ...{ tlsCert: path.join(folder, 'cert.pem'), tlsKey: path.join(folder, 'key.pem') },
    hostsFile: path.join(folder, 'hosts'),
  });
  const gateway = await startGateway(configuration, silentLog);
  test.onTestFinished(() => gateway.close());
  const { searchParams } = new URL(gateway.addresses.page);
  const link = `https://localhost:${configuration.httpPort}/?${searchParams}`;
  return { gateway, configuration, place, link };
}

/** Trusts only the certificate named. */
function ask(link: string, name: string, options: RequestOptions = {}) {
  return new Promise<{ status: number; cookie: string; issuer: string }>((resolve, reject) => {
    const request = get(link, { ca: certOf(name), agent: false, ...options }, (response) => {
      const { issuer } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume();
      resolve({
        status: response.statusCode ?? 0,
        cookie: response.headers['set-cookie']?.[0] ?? '',
        issuer: String(issuer.O),
      });
    });
    request.on('error', reject);
  });
}

describe.concurrent('a gateway with a certificate', () => {
  it('prints a secure link, and gives its visitor a cookie for secure pages only', async (test) => {
    const { gateway, link } = await openSecure(test);
    expect(gateway.addresses.page).toMatch(/^https:\/\//);
    expect(new URL(gateway.addresses.page).hostname).not.toBe('localhost');
    const { status, cookie } = await ask(link, 'gateway');
    expect(status).toBe(200);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    const plain = link.replace(/\?.*/, 'api/status');
    expect((await ask(plain, 'gateway', { headers })).status).toBe(200);
    expect((await ask(plain, 'gateway')).status).toBe(401);
  });

  it('opens both WebSockets over TLS', async (test) => {
    const { link } = await openSecure(test);
    const options = { ca: certOf('gateway') };
    const page = await openPage(link, options);
    expect((await page.next('welcome')).role).toBe('admin');
    page.webSocket.terminate();
    const program = await openWebSocket(link, 'audiofile', options);
    const connection = await connectAudioFile(webSocketStream(program));
    expect(connection.devices).toHaveLength(5);
    await connection.close();
  });

  it('tells who comes without TLS to come with it, and looks no further', async (test) => {
    const { link, configuration } = await openSecure(test);
    const plain = `http://localhost:${configuration.httpPort}`;
    const token = new URL(link).search;
    for (const path of ['/', `/${token}`, '/healthz']) {
      const answer = await fetch(`${plain}${path}`);
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringMatching(/^This port speaks https only: .*\n$/),
      ]);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
    expect((await ask(link, 'gateway')).status).toBe(200);
  });

  it('takes another certificate over on a reload, and keeps the old one when that makes no sense', async (test) => {
    const { gateway, configuration, place, link } = await openSecure(test);
    const page = await openPage(link, { ca: certOf('gateway') });
    place('renewed', 'cert');
    expect(() => gateway.reload(configuration)).toThrow('is not the one of the certificate');
    expect((await ask(link, 'gateway')).issuer).toContain('(gateway)');
    place('renewed', 'key');
    gateway.reload(configuration);
    expect((await ask(link, 'renewed')).issuer).toContain('(renewed)');
    await expect(ask(link, 'gateway')).rejects.toThrow(/certificate/);
    page.send({ type: 'ping', id: 1, pageMs: 0 });
    await page.next('pong');
    page.webSocket.terminate();
  });
});
