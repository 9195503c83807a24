// What changes something over /api: the end of a client, and tokens. The gate lets only `admin` come this far.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Role, roleNames } from '#shared/relay/roles';
import type { JsonSchema } from './api-schemas.ts';

/** A token as far as it may be told. */
export interface TokenStatus {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
}

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: string;
}

export interface TokenAdmin {
  list(): readonly TokenStatus[];
  /** The token in plain text, told only now; a sentence where that cannot be. */
  add(token: NewToken): { readonly token: string } | { readonly why: string };
  /** False when there is none of that name. */
  revoke(name: string): boolean;
}

export interface AdminActions {
  /** False when there is no such client. */
  endClient(index: number): boolean;
  /** Undefined where the gateway needs none. */
  readonly tokens: TokenAdmin | undefined;
}

const name = { type: 'string', pattern: '^[\\w.-]{1,64}$' };
const when = { type: 'string', format: 'date-time' };
const tokenFields = { name, role: { enum: roleNames }, expiresAt: when };

const tokensSchema: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'role', 'createdAt'],
    additionalProperties: false,
    properties: { ...tokenFields, createdAt: when },
  },
};

const newTokenSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'role'],
  additionalProperties: false,
  properties: tokenFields,
};

const tokenSchema: JsonSchema = {
  type: 'object',
  required: ['token'],
  properties: { token: { type: 'string' } },
};

const indexSchema: JsonSchema = {
  type: 'object',
  properties: { index: { type: 'integer', minimum: 1, maximum: 0xfff } },
};

const PLAIN_TEXT = 'text/plain; charset=utf-8';
const NO_TOKENS =
  'This gateway needs no tokens, so that it has none: it is open to its machine only.';

export function addAdminApi(app: FastifyInstance, { endClient, tokens }: AdminActions): void {
  app.delete<{ Params: { index: number } }>(
    '/api/clients/:index',
    { schema: { params: indexSchema } },
    ({ params }, reply) =>
      endClient(params.index)
        ? reply.code(204).send()
        : refuse(
            reply,
            404,
            `There is no client ${params.index}: /api/clients lists those there are.`,
          ),
  );
  app.get('/api/tokens', { schema: { response: { 200: tokensSchema } } }, (_request, reply) => {
    if (tokens === undefined) return refuse(reply, 404, NO_TOKENS);
    return reply.header('cache-control', 'no-store').send(tokens.list());
  });
  app.post<{ Body: NewToken }>(
    '/api/tokens',
    { schema: { body: newTokenSchema, response: { 201: tokenSchema } } },
    ({ body }, reply) => {
      if (tokens === undefined) return refuse(reply, 404, NO_TOKENS);
      const added = tokens.add(body);
      if ('why' in added) return refuse(reply, 409, added.why);
      return reply.code(201).header('cache-control', 'no-store').send(added);
    },
  );
  app.delete<{ Params: { name: string } }>('/api/tokens/:name', ({ params }, reply) => {
    if (tokens === undefined) return refuse(reply, 404, NO_TOKENS);
    if (tokens.revoke(params.name)) return reply.code(204).send();
    return refuse(reply, 404, 'There is no token of that name: /api/tokens lists those there are.');
  });
}

function refuse(reply: FastifyReply, statusCode: number, sentence: string): FastifyReply {
  return reply.code(statusCode).type(PLAIN_TEXT).send(`${sentence}\n`);
}

const done = { 204: { description: 'It is done.' } };
const json = (schema: JsonSchema) => ({ 'application/json': { schema } });
const inPath = (parameter: string, schema: JsonSchema) => [
  { name: parameter, in: 'path', required: true, schema },
];

/** For the OpenAPI document. */
export const adminPaths = {
  '/api/clients/{index}': {
    delete: {
      operationId: 'endClient',
      summary: 'Ends an AudioFile client. (role admin)',
      parameters: inPath('index', { type: 'integer' }),
      responses: done,
    },
  },
  '/api/tokens': {
    get: {
      operationId: 'tokens',
      summary: 'The tokens that there are, without the tokens themselves. (role admin)',
      responses: { 200: { description: 'Tokens.', content: json(tokensSchema) } },
    },
    post: {
      operationId: 'addToken',
      summary: 'Makes a token, which is told only now. (role admin)',
      requestBody: { required: true, content: json(newTokenSchema) },
      responses: { 201: { description: 'The token.', content: json(tokenSchema) } },
    },
  },
  '/api/tokens/{name}': {
    delete: {
      operationId: 'revokeToken',
      summary: 'Revokes a token; what it has open ends at once. (role admin)',
      parameters: inPath('name', { type: 'string' }),
      responses: done,
    },
  },
} as const;
