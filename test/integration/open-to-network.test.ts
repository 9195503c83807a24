// A gateway that listens on all addresses: the token, what it admits to, and how pages end with the gateway.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationFrom } from '#server/config';
import { type Gateway, startGateway } from '#server/wiring/gateway';
import { connectAudioFile } from '#shared/client/index';
import { closeCodes } from '#shared/relay/close-codes';
import { freePort, freeServerNumber, silentLog } from '#test/server/gateway-parts';
import { openPage, openWebSocket, webSocketStream } from '#test/support/web-socket-client';

let folder = '';
let gateway: Gateway;
let httpPort = 0;
let token = '';

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'af-open-'));
  httpPort = await freePort();
  const configuration = configurationFrom({
    serverNumber: await freeServerNumber(),
    httpPort,
    listen: '0.0.0.0',
    unixSocket: false,
    tokenFile: path.join(folder, 'token'),
    hostsFile: path.join(folder, 'none'),
  });
  gateway = await startGateway(configuration, silentLog);
  token = new URL(gateway.addresses.page).searchParams.get('token') ?? '';
});

afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${httpPort}${url}`, { headers, redirect: 'manual' });
}

describe('a gateway on the network', () => {
  it('prints a link with a token, which a visit turns into a cookie', async () => {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((await get('/')).status).toBe(401);
    const visit = await get(`/?token=${token}`);
    expect(visit.status).toBe(200);
    const cookie = visit.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await get('/api/status', { cookie })).status).toBe(200);
    expect((await get('/api/status', { cookie: `${cookie}x` })).status).toBe(401);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/metrics')).status).toBe(401);
  });

  it('lets programs in pages connect by the token, but not change who else may', async () => {
    const link = `http://127.0.0.1:${httpPort}/`;
    await expect(openWebSocket(link, 'audiofile', {})).rejects.toThrow(/^401/);
    const webSocket = await openWebSocket(`${link}?token=${token}`, 'audiofile', {});
    const connection = await connectAudioFile(webSocketStream(webSocket));
    await expect(connection.hosts.setAccessControl(false)).rejects.toThrow(/BadAccess/);
    await connection.close();
  });

  it('tells its pages that it ends', async () => {
    const page = await openPage(`http://127.0.0.1:${httpPort}/?token=${token}`);
    await page.next('devices');
    const startMs = performance.now();
    await gateway.close();
    expect((await page.closed).code).toBe(closeCodes.goingAway);
    expect(performance.now() - startMs).toBeLessThan(1_900);
  });
});
