// WebSockets of the web side over a real port: who is let in, and what the others are told.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGate, type GateOptions } from '#server/http/gate';
import { hostCheck } from '#server/http/host-check';
import { acceptUpgrades, type Visitor } from '#server/http/upgrades';
import { openWebSocket } from '#test/support/web-socket-client';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE';
const servers: Server[] = [];
const visitors: Visitor[] = [];

afterEach(() => {
  for (const { webSocket } of visitors.splice(0)) webSocket.terminate();
  for (const server of servers.splice(0)) server.close();
});

async function listening(options: Partial<GateOptions> = {}): Promise<string> {
  const server = createServer();
  const answersToHost = hostCheck({ listen: '127.0.0.1', hostNames: [], machineName: 'studio' });
  const gate = createGate({ answersToHost, allowedOrigins: [], token: undefined, ...options });
  acceptUpgrades(server, {
    gate,
    doors: {
      '/relay': {
        maxMessageBytes: 100,
        opened(visitor) {
          visitors.push(visitor);
          visitor.webSocket.on('message', (data) => visitor.webSocket.send(data));
        },
      },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function refusal(link: string, path: string, options: object = {}): Promise<string> {
  return openWebSocket(link, path, options).then(
    () => 'it was opened',
    (error: Error) => error.message,
  );
}

describe('a WebSocket', () => {
  it('is opened for a program and for the gateway’s own page, and is heard from its first message', async () => {
    const link = await listening();
    for (const options of [{}, { origin: link.slice(0, -1) }]) {
      const webSocket = await openWebSocket(link, 'relay', options);
      const echoed = new Promise((resolve) => webSocket.on('message', resolve));
      webSocket.send('first');
      expect(String(await echoed)).toBe('first');
      expect(webSocket.extensions).toBe('');
    }
    expect(visitors[0]).toMatchObject({ address: '127.0.0.1', hasToken: false });
  });

  it.each([
    ['another path', 'elsewhere', {}, /^404 .*\/relay/],
    ['the name of a method', 'toString', {}, /^404/],
    ['another site', 'relay', { origin: 'http://evil.example' }, /^403 .*evil.example/],
    ['another name', 'relay', { headers: { host: 'evil.example' } }, /^421 .*--host-names/],
  ])('to %s is refused with a sentence', async (_what, path, options, answer) => {
    expect(await refusal(await listening(), path, options)).toMatch(answer);
    expect(visitors).toEqual([]);
  });

  it('needs the token where there is one', async () => {
    const link = await listening({ token: TOKEN });
    expect(await refusal(link, 'relay')).toMatch(/^401 .*token/);
    expect(await refusal(`${link}?token=wrong`, 'relay')).toMatch(/^401/);
    expect(
      await refusal(`${link}?token=${TOKEN}`, 'relay', { origin: 'http://evil.example' }),
    ).toMatch(/^403/);
    expect(await refusal(`${link}?token=${TOKEN}`, 'relay')).toBe('it was opened');
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await refusal(link, 'relay', { headers })).toBe('it was opened');
    expect(visitors.map(({ hasToken }) => hasToken)).toEqual([true, true]);
  });

  it('ends when a message is longer than it may be', async () => {
    const webSocket = await openWebSocket(await listening(), 'relay', {});
    visitors[0]?.webSocket.on('error', () => {});
    const closed = new Promise((resolve) => webSocket.on('close', resolve));
    webSocket.send('x'.repeat(101));
    expect(await closed).toBe(1009);
  });
});
