// The web side of the gateway: the page and what it asks for.
import { existsSync } from 'node:fs';
import { Server as SecureServer } from 'node:https';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type AdminActions, addAdminApi } from './admin-api.ts';
import { type ApiSources, addApi, DOCUMENT_PATH } from './api.ts';
import { type Asked, askedBy } from './asked.ts';
import { createDoorPage, wantsPage } from './door-page.ts';
import type { Gate } from './gate.ts';
import { addHealth, type HealthSource } from './health.ts';
import { addMessages, type MessageSource } from './messages.ts';
import { addMetrics, type MetricSources } from './metrics.ts';
import { turnOf } from './pipelining.ts';
import { answerPlainHttp } from './plain-http.ts';
import { badPath, type Refusal, refusalHeaders } from './refusals.ts';
import { needOf } from './route-rights.ts';
import { securityHeaders } from './security-headers.ts';
import { addSignIn } from './sign-in.ts';
import { visitPage } from './visit-page.ts';
import { MAX_HEADERS, serverBounds, type WebLimits, webBounds } from './web-bounds.ts';

export interface HttpOptions {
  /** The built page; requests say how to build it while it is missing. */
  readonly pageFolder: string;
  readonly gate: Gate;
  readonly api: ApiSources;
  readonly metrics: MetricSources;
  readonly health: HealthSource;
  readonly log: HttpLog;
  readonly limits: WebLimits;
  readonly admin: AdminActions;
  /** Without it the page comes over plain HTTP. */
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly messages: MessageSource;
}

export interface HttpLog {
  debug(event: string, fields: Readonly<Record<string, string | number>>): void;
  error(event: string, fields: Readonly<Record<string, string | number>>): void;
}

const MAX_LOGGED_PATH = 200;
/** What is sent here is small; sound comes by WebSockets. */
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Does not listen yet. Closing it closes its connections too, whatever they are doing. */
export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const { pageFolder, gate, api, metrics, health, log, limits, messages, admin, certificate } =
    options;
  const bounds = serverBounds(limits);
  let requestCount = 0;
  const both = {
    forceCloseConnections: true,
    genReqId() {
      requestCount += 1;
      return String(requestCount);
    },
    ...webBounds(limits),
    http: bounds,
    // Paths that nobody can decode get past every hook.
    async frameworkErrors(_error: Error, { raw }: FastifyRequest, reply: FastifyReply) {
      if (!(await turnOf(raw.socket, reply.raw))) return;
      reply.headers(securityHeaders);
      const asked = askedBy(raw);
      const admission = gate.admit(asked, needOf(asked.method, undefined));
      if (admission.kind === 'refused') refuse(reply, admission.refusal, asked);
      else reply.code(badPath.statusCode).headers(refusalHeaders(badPath)).send(badPath.sentence);
    },
    https: certificate ? { cert: certificate.cert, key: certificate.key, ...bounds } : null,
  };
  const app = Fastify(both);
  app.server.maxHeadersCount = MAX_HEADERS;
  if (app.server instanceof SecureServer) answerPlainHttp(app.server);

  const door = createDoorPage(pageFolder);
  function refuse(reply: FastifyReply, refusal: Refusal, asked: Asked): FastifyReply {
    reply.code(refusal.statusCode).headers(refusalHeaders(refusal));
    if (!wantsPage(asked)) return reply.send(refusal.sentence);
    return reply.headers(door.headers).send(door.html(refusal, asked));
  }

  app.addHook('onRequest', async (request, reply) => {
    if (!(await turnOf(request.raw.socket, reply.raw))) return reply.hijack();
    reply.headers(securityHeaders);
    const asked = askedBy(request.raw);
    const admission = gate.admit(asked, needOf(request.method, request.routeOptions.url));
    // Returning the reply ends the request here.
    if (admission.kind === 'refused') return refuse(reply, admission.refusal, asked);
    const visit = gate.visit(asked);
    if (visit === undefined) return;
    return reply
      .headers({ 'set-cookie': visit.cookie, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(visitPage(visit.location));
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
      ? reply
          .code(404)
          .send(
            `Nothing is at ${request.url.slice(0, 200)}: the page is at /, and ${DOCUMENT_PATH} lists what programs can ask.\n`,
          )
      : reply.code(503).send('The page has not been built: "npm start" builds it.\n');
  });

  addApi(app, api);
  addAdminApi(app, admin);
  addMetrics(app, metrics);
  addHealth(app, health);
  addMessages(app, messages);
  await addSignIn(app, { gate, refuse });
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg'));
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
