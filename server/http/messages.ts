// /api/messages: what callers left on the answering machine, to list, to hear and to delete.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MESSAGE_SUFFIX, type VoiceMessage } from '#shared/relay/voice-message';
import { messagesSchema, refusalResponses } from './api-schemas.ts';

/** Who keeps the messages. */
export interface MessageSource {
  /** The folder of their files, each named by its id. */
  readonly path: string;
  list(): Promise<readonly VoiceMessage[]>;
  /** Undefined where there is none of that id, which may be any text. */
  find(id: string): Promise<VoiceMessage | undefined>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
}

interface IdParams {
  readonly Params: { readonly id: string };
}

const LIST_PATH = '/api/messages';
const MESSAGE_PATH = '/api/messages/:id';

const summaries = {
  list: 'Messages that callers left, the newest first.',
  get: 'The sound of a message, or a range of it.',
  delete: 'Deletes a message.',
};

/** Sends files, so that @fastify/static must be there when somebody asks. */
export function addMessages(app: FastifyInstance, messages: MessageSource): void {
  app.get(LIST_PATH, { schema: { response: { 200: messagesSchema } } }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { messages: await messages.list() };
  });
  app.get<IdParams>(MESSAGE_PATH, async ({ params: { id } }, reply) => {
    if ((await messages.find(id)) === undefined) return notFound(reply);
    const file = id + MESSAGE_SUFFIX;
    reply.header('content-disposition', `inline; filename="${file}"`);
    return reply.sendFile(file, messages.path);
  });
  app.delete<IdParams>(MESSAGE_PATH, async ({ params: { id } }, reply) => {
    if (!(await messages.remove(id))) return notFound(reply);
    return reply.code(204).send();
  });
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type('text/plain; charset=utf-8')
    .send(`There is no such message; ${LIST_PATH} lists those that there are.\n`);
}

const missing = { description: 'There is no such message.' };
const sound = { 'audio/wav': { schema: { type: 'string', contentMediaType: 'audio/wav' } } };
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

/** Their part of the OpenAPI document. */
export const messagePaths = {
  [LIST_PATH]: {
    get: {
      operationId: 'messages',
      summary: summaries.list,
      responses: {
        200: {
          description: summaries.list,
          content: { 'application/json': { schema: messagesSchema } },
        },
        ...refusalResponses,
      },
    },
  },
  '/api/messages/{id}': {
    parameters: [idParameter],
    get: {
      operationId: 'message',
      summary: summaries.get,
      responses: {
        200: { description: 'All of it.', content: sound },
        206: { description: 'The range that was asked for.', content: sound },
        ...refusalResponses,
        404: missing,
        416: { description: 'The message is shorter than that.' },
      },
    },
    delete: {
      operationId: 'deleteMessage',
      summary: summaries.delete,
      responses: { 204: { description: 'It is gone.' }, ...refusalResponses, 404: missing },
    },
  },
};
