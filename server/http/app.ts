// The web side of the gateway: the page and what it asks for.
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type ApiSources, addApi } from './api.ts';
import type { Gate } from './gate.ts';
import { addHealth, type HealthSource } from './health.ts';
import { addMetrics, type MetricSources } from './metrics.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  /** The built page; requests say how to build it while it is missing. */
  readonly pageFolder: string;
  readonly gate: Gate;
  readonly api: ApiSources;
  readonly metrics: MetricSources;
  readonly health: HealthSource;
  readonly log: HttpLog;
}

export interface HttpLog {
  debug(event: string, fields: Readonly<Record<string, string | number>>): void;
  error(event: string, fields: Readonly<Record<string, string | number>>): void;
}

const MAX_LOGGED_PATH = 200;
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Does not listen yet. Closing it closes its connections too, whatever they are doing. */
export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const { pageFolder, gate, api, metrics, health, log } = options;
  let requestCount = 0;
  const app = Fastify({
    forceCloseConnections: true,
    genReqId() {
      requestCount += 1;
      return String(requestCount);
    },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const refusal = gate.refusal(request);
    // Returning the reply ends the request here.
    if (refusal !== undefined) {
      if (refusal.statusCode === 401) reply.header('www-authenticate', 'Bearer');
      return reply.code(refusal.statusCode).type(PLAIN_TEXT).send(refusal.sentence);
    }
    const visit = gate.visit(request);
    if (visit === undefined) return;
    return reply.header('set-cookie', visit.cookie).redirect(visit.location, 303);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode: status, elapsedTime } = reply;
    log.debug('a request was answered', {
      ...aboutOf(request),
      status,
      ms: Math.round(elapsedTime),
    });
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const statusCode = error.statusCode ?? 500;
    const isOurs = statusCode >= 500;
    if (isOurs) log.error('a request failed', { ...aboutOf(request), reason: error.message });
    const sentence = isOurs
      ? `The gateway failed; its log says why, at request ${request.id}.`
      : error.message;
    return reply.code(statusCode).type(PLAIN_TEXT).send(`${sentence}\n`);
  });
  app.setNotFoundHandler((request, reply) => {
    const isBuilt = existsSync(path.join(pageFolder, 'index.html'));
    reply.type(PLAIN_TEXT);
    return isBuilt
      ? reply.code(404).send(`Nothing is at ${request.url.slice(0, 200)}: the page is at /.\n`)
      : reply.code(503).send('The page has not been built: "npm start" builds it.\n');
  });

  addApi(app, api);
  addMetrics(app, metrics);
  addHealth(app, health);
  await app.register(fastifyStatic, {
    root: pageFolder,
    cacheControl: false,
    setHeaders(response, file) {
      response.setHeader('cache-control', cacheControl(path.relative(pageFolder, file)));
    },
  });
  return app;
}

/** Without the query, which may hold the token. */
function aboutOf({ id, method, url }: FastifyRequest) {
  return { request: Number(id), method, path: url.replace(/\?.*$/s, '').slice(0, MAX_LOGGED_PATH) };
}

/** Built files have names that change with their content; the page itself must always be asked for. */
function cacheControl(file: string): string {
  return file.startsWith('assets') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
