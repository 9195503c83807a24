// GET /api/status: what runs, for the page and for programs; GET /healthz: that it runs at all.
import type { FastifyInstance } from 'fastify';
import { encodings } from '#shared/protocol/encodings';
import type { GatewayStatus } from '#shared/relay/status';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };

function objectOf<Properties extends Record<string, unknown>>(properties: Properties) {
  return {
    type: 'object',
    required: Object.keys(properties),
    additionalProperties: false,
    properties,
  };
}

const deviceSchema = objectOf({
  index: count,
  name: text,
  rateHz: count,
  channelCount: count,
  encoding: { enum: Object.keys(encodings) },
} satisfies Record<keyof GatewayStatus['devices'][number], unknown>);

const doorSchema = objectOf({
  kind: { enum: ['tcp', 'unix'] },
  address: text,
} satisfies Record<keyof GatewayStatus['doors'][number], unknown>);

/** JSON schema of a GatewayStatus. */
export const statusSchema = objectOf({
  version: text,
  uptimeSeconds: count,
  serverNumber: count,
  doors: { type: 'array', items: doorSchema },
  devices: { type: 'array', items: deviceSchema },
} satisfies Record<keyof GatewayStatus, unknown>);

export function addStatusRoutes(app: FastifyInstance, status: () => GatewayStatus): void {
  app.get('/api/status', { schema: { response: { 200: statusSchema } } }, (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return status();
  });
  app.get('/healthz', (_request, reply) => {
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
    return 'ok\n';
  });
}
