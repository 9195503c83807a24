// WebSockets of the web side over a real port: who is let in, and what the others are told.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tokens } from '#server/http/tokens';
import { acceptUpgrades, MAX_FRAGMENTS, type Visitor } from '#server/http/upgrades';
import { closeCodes } from '#shared/relay/close-codes';
import { FINAL, opcodes, webSocketFrame } from '#test/support/raw-web-socket';
import { openWebSocket } from '#test/support/web-socket-client';
import { GATEWAY_ID, gateOf, knownToken, TOKEN, tokensOf } from '../gate-parts.ts';

const servers: Server[] = [];
const visitors: Visitor[] = [];

afterEach(() => {
  for (const { webSocket } of visitors.splice(0)) webSocket.terminate();
  for (const server of servers.splice(0)) server.close();
});

async function listening(tokens?: Tokens): Promise<string> {
  const server = createServer();
  const door = {
    maxMessageBytes: 100,
    opened(visitor: Visitor) {
      visitors.push(visitor);
      visitor.webSocket.on('message', (data) => visitor.webSocket.send(data));
    },
  };
  const doors = { '/relay': door, '/audiofile': door };
  acceptUpgrades(server, { gate: gateOf({ tokens }), tokens, doors });
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
    expect(visitors[0]?.pass).toMatchObject({ address: '127.0.0.1', role: 'admin' });
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
    const link = await listening(tokensOf([knownToken(TOKEN, 'admin')]));
    expect(await refusal(link, 'relay')).toMatch(/^401 .*token/);
    expect(await refusal(`${link}?token=wrong`, 'relay')).toMatch(/^401/);
    expect(
      await refusal(`${link}?token=${TOKEN}`, 'relay', { origin: 'http://evil.example' }),
    ).toMatch(/^403/);
    expect(await refusal(`${link}?token=${TOKEN}`, 'relay')).toBe('it was opened');
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect(await refusal(link, 'relay', { headers })).toBe('it was opened');
    expect(visitors.map(({ pass }) => pass.token?.role)).toEqual(['admin', 'admin']);
  });

  it('needs a token with the right that its door asks for', async () => {
    const link = await listening(tokensOf([knownToken(TOKEN, 'listen')]));
    expect(await refusal(`${link}?token=${TOKEN}`, 'audiofile')).toMatch(
      /^403 That token is for “listen”, and this needs one for “control” or “admin”/,
    );
    expect(await refusal(`${link}?token=${TOKEN}`, 'relay')).toBe('it was opened');
    expect(visitors.map(({ pass }) => pass.role)).toEqual(['listen']);
  });

  it('ends when its token is revoked, and says so; others stay', async () => {
    const [kept, revoked] = [knownToken(TOKEN, 'listen'), knownToken('x'.repeat(20), 'admin')];
    const tokens = tokensOf([kept, revoked]);
    const link = await listening(tokens);
    const stays = await openWebSocket(`${link}?token=${TOKEN}`, 'relay', {});
    const ends = await openWebSocket(`${link}?token=${'x'.repeat(20)}`, 'audiofile', {});
    const closed = new Promise((resolve) => {
      ends.on('close', (code, reason) => resolve([code, reason.toString()]));
    });
    tokens.replace({ gatewayId: GATEWAY_ID, tokens: [kept] });
    expect(await closed).toEqual([closeCodes.tokenGone, expect.stringContaining('revoked')]);
    const echoed = new Promise((resolve) => stays.on('message', resolve));
    stays.send('still here');
    expect(String(await echoed)).toBe('still here');
  });

  it('ends when a message is longer than it may be', async () => {
    const webSocket = await openWebSocket(await listening(), 'relay', {});
    visitors[0]?.webSocket.on('error', () => {});
    const closed = new Promise((resolve) => webSocket.on('close', resolve));
    webSocket.send('x'.repeat(101));
    expect(await closed).toBe(1009);
  });

  const empty = Buffer.of();
  const fragments = [
    webSocketFrame(opcodes.text, empty),
    ...Array(MAX_FRAGMENTS - 1).fill(webSocketFrame(opcodes.continuation, empty)),
    webSocketFrame(opcodes.continuation, Buffer.of(0x78)),
  ];
  it.each([
    ['text that is no UTF-8', 1007, webSocketFrame(FINAL | opcodes.text, Buffer.of(0xff, 0xff))],
    ['a close for no reason', 1002, webSocketFrame(FINAL | opcodes.close, Buffer.of(0, 0))],
    ['too many fragments', 1008, Buffer.concat(fragments)],
  ])('ends with %s, whatever came behind it before it was looked at', async (_what, code, bad) => {
    const webSocket = await openWebSocket(await listening(), 'relay', {});
    const { webSocket: accepted, socket } = visitors[0] as Visitor;
    const errors: Error[] = [];
    accepted.on('error', (error) => errors.push(error));
    const closed = new Promise((resolve) => webSocket.on('close', resolve));
    // What the kernel hands over in three reads, the last two while the pings have their turns.
    const pings = webSocketFrame(FINAL | opcodes.ping, empty);
    for (const chunk of [Buffer.concat([pings, pings]), bad, Buffer.alloc(64)]) {
      socket.emit('data', chunk);
    }
    expect(await closed).toBe(code);
    expect(errors).toHaveLength(1);
  });
});
