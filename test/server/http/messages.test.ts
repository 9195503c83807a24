// /api/messages without a socket: listing, hearing and deleting messages, and nothing beyond their folder.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpApp } from '#server/http/app';
import { messageFolder } from '#server/message-folder';
import { newFolder } from '#test/support/new-folder';
import { gateOf } from '../gate-parts.ts';
import { apiAnswers, apiOf, noMetrics } from './api-answers.ts';

const ID = '2026-11-20T13-45-10.250Z_12.4s';
let root = '';
let file = '';
let app: FastifyInstance;

beforeEach(async () => {
  root = newFolder();
  // Hidden folders are where state is kept.
  const folder = path.join(root, '.local', 'messages');
  mkdirSync(folder, { recursive: true });
  file = path.join(folder, `${ID}.wav`);
  writeFileSync(file, '0123456789');
  writeFileSync(path.join(folder, 'secret.wav'), 'secret');
  app = await createHttpApp({
    pageFolder: path.join(root, 'page'),
    gate: gateOf(),
    api: apiOf(apiAnswers),
    metrics: noMetrics,
    limits: { webRequestMs: 10_000, webIdleMs: 30_000 },
    messages: messageFolder(folder),
    admin: { endClient: () => false, tokens: undefined },
    health: () => [],
    log: { debug: () => {}, error: (_event, { reason }) => expect.unreachable(String(reason)) },
  });
});

afterEach(async () => {
  await app.close();
});

function ask(method: 'GET' | 'HEAD' | 'DELETE', url: string, headers = {}) {
  return app.inject({ method, url, headers: { host: 'localhost:8411', ...headers } });
}

describe('/api/messages', () => {
  it('lists the messages, and is never kept', async () => {
    const answer = await ask('GET', '/api/messages');
    expect(answer.json()).toEqual({
      messages: [
        {
          id: ID,
          receivedAt: '2026-11-20T13:45:10.250Z',
          durationSeconds: 12.4,
          byteCount: 10,
        },
      ],
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('plays a message, all of it or a range', async () => {
    const whole = await ask('GET', `/api/messages/${ID}`);
    expect([whole.statusCode, whole.body]).toEqual([200, '0123456789']);
    expect(whole.headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '10',
      'accept-ranges': 'bytes',
      'content-disposition': `inline; filename="${ID}.wav"`,
    });
    const range = await ask('GET', `/api/messages/${ID}`, { range: 'bytes=2-4' });
    expect([range.statusCode, range.body]).toEqual([206, '234']);
    expect(range.headers['content-range']).toBe('bytes 2-4/10');
    const beyond = await ask('GET', `/api/messages/${ID}`, { range: 'bytes=20-' });
    expect(beyond.statusCode).toBe(416);
    const head = await ask('HEAD', `/api/messages/${ID}`);
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
  });

  it('deletes a message', async () => {
    const answer = await ask('DELETE', `/api/messages/${ID}`);
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(existsSync(file)).toBe(false);
    expect((await ask('DELETE', `/api/messages/${ID}`)).statusCode).toBe(404);
  });

  it.each([
    'secret',
    `${ID}.wav`,
    '2026-11-20T13-45-10.250Z_12.5s',
    '..%2fmessages%2fsecret',
    `..%2fmessages%2f${ID}`,
    `%2e%2e%2fmessages%2f${ID}`,
    `%00${ID}`,
  ])('has no message %s', async (id) => {
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await ask(method, `/api/messages/${id}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.body).toContain('/api/messages lists');
    }
    expect(readFileSync(file, 'utf8')).toBe('0123456789');
  });

  it('follows no link', async () => {
    const linked = '2026-11-20T13-45-10.250Z_1.0s';
    symlinkSync('secret.wav', file.replace(ID, linked));
    const answer = await ask('GET', `/api/messages/${linked}`);
    expect([answer.statusCode, answer.body.includes('secret')]).toEqual([404, false]);
  });
});
