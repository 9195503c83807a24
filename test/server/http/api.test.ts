// What /api and /metrics say, and that they say it as they describe it.
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminPaths } from '#server/http/admin-api';
import { type ApiSources, addApi, openApiDocument } from '#server/http/api';
import { addMetrics } from '#server/http/metrics';
import { routeNeeds } from '#server/http/route-rights';
import { apiAnswers, apiOf, noMetrics } from './api-answers.ts';

let app: FastifyInstance;
let playedBytes = 0;

beforeEach(() => {
  app = Fastify();
  addApi(app, apiOf(apiAnswers));
  addMetrics(app, {
    ...noMetrics,
    listeners: () => 4,
    playedBytes: () => playedBytes,
    calls: () => [{ direction: 'in', end: 'hungUp', count: 5 }],
  });
});

afterEach(() => app.close());

const names = Object.keys(apiAnswers) as (keyof ApiSources)[];

describe('the API', () => {
  // Whatever a schema does not describe, its answer would not have.
  it.each(names)('says all of /api/%s as its schema describes it', async (name) => {
    const answer = await app.inject(`/api/${name}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(apiAnswers[name]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('describes itself', async () => {
    const document = (await app.inject('/api/openapi.json')).json();
    expect(document).toEqual(openApiDocument('1.2.3'));
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      ...names.map((name) => `/api/${name}`),
      '/api/messages',
      '/api/messages/{id}',
      ...Object.keys(adminPaths),
    ]);
    const { schema } =
      document.paths['/api/listeners'].get.responses[200].content['application/json'];
    expect(schema.items.required).toContain('sentFrameCount');
    expect(schema.items.required).not.toContain('report');
  });
});

describe('a route of the API', () => {
  const paths: Record<string, object> = openApiDocument('1.2.3').paths;
  const routes = Object.entries(paths).flatMap(([place, methods]) =>
    ['get', 'post', 'delete']
      .filter((method) => method in methods)
      .map((method) => `${method.toUpperCase()} ${place.replace(/\{(\w+)\}/g, ':$1')}`),
  );

  it.each(routes)('has a right of its own: %s', (route) => {
    expect(routeNeeds[route]).toBeDefined();
  });
});

describe('the metrics', () => {
  it('are what is counted when somebody asks', async () => {
    playedBytes = 500;
    await app.inject('/metrics');
    playedBytes = 1_234;
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('audiofile_listeners 4\n');
    expect(answer.body).toContain('# TYPE audiofile_played_bytes_total counter');
    expect(answer.body).toContain('audiofile_played_bytes_total 1234\n');
    expect(answer.body).toContain('audiofile_calls_total{direction="in",end="hungUp"} 5\n');
    expect(answer.body).toMatch(/audiofile_event_loop_delay_seconds\{quantile="0.99"\} \d/);
  });
});
