// GET /api/…: what runs, for the page and for programs. Each answer is described once, in this table.
import type { FastifyInstance } from 'fastify';
import type { ClientStatus } from '#server/dispatch/index';
import type {
  DeviceDetails,
  GatewayStatus,
  ListenerStatus,
  SpeakerStatus,
  TelephoneStatus,
} from '#shared/relay/status';
import { adminPaths } from './admin-api.ts';
import {
  clientsSchema,
  devicesSchema,
  type JsonSchema,
  listenersSchema,
  refusalResponses,
  speakersSchema,
  statusSchema,
  telephonesSchema,
} from './api-schemas.ts';
import { messagePaths } from './messages.ts';

/** Who knows the answers. */
export interface ApiSources {
  status(): GatewayStatus;
  devices(): readonly DeviceDetails[];
  clients(): readonly ClientStatus[];
  listeners(): readonly ListenerStatus[];
  speakers(): readonly SpeakerStatus[];
  telephones(): readonly TelephoneStatus[];
}

interface ApiRoute {
  readonly summary: string;
  readonly schema: JsonSchema;
}

const routes = {
  status: { summary: 'What runs, since when, and where programs connect.', schema: statusSchema },
  devices: { summary: 'Devices and their settings.', schema: devicesSchema },
  clients: { summary: 'AudioFile clients, and what they did so far.', schema: clientsSchema },
  listeners: { summary: 'Pages that listen, and how it goes.', schema: listenersSchema },
  speakers: { summary: 'Microphones of pages, and how it goes.', schema: speakersSchema },
  telephones: {
    summary: 'Telephone lines, their calls, and who can be called.',
    schema: telephonesSchema,
  },
} as const satisfies Record<keyof ApiSources, ApiRoute>;

export const DOCUMENT_PATH = '/api/openapi.json';

export function addApi(app: FastifyInstance, sources: ApiSources): void {
  for (const name of Object.keys(routes) as (keyof ApiSources)[]) {
    const { schema } = routes[name];
    app.get(`/api/${name}`, { schema: { response: { 200: schema } } }, (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return sources[name]();
    });
  }
  const document = openApiDocument(sources.status().version);
  app.get(DOCUMENT_PATH, () => document);
}

export function openApiDocument(version: string) {
  const get = ([name, { summary, schema }]: [string, ApiRoute]) => [
    `/api/${name}`,
    {
      get: {
        operationId: name,
        summary,
        responses: {
          200: { description: summary, content: { 'application/json': { schema } } },
          ...refusalResponses,
        },
      },
    },
  ];
  return {
    openapi: '3.1.0',
    info: { title: 'AudioFile gateway', version },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    // No token is needed on loopback.
    security: [{}, { token: [] }],
    paths: {
      ...Object.fromEntries(Object.entries(routes).map(get)),
      ...messagePaths,
      ...adminPaths,
    },
  };
}
