// POST /sign-in: the token, or the link with it, that a person pasted into the field at the door. It comes in the body,
// so that no address, log, history or referrer has it.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Asked, askedBy } from './asked.ts';
import type { Gate } from './gate.ts';
import type { Refusal } from './refusals.ts';

export const SIGN_IN_PATH = '/sign-in';
/** Where the page is from there: people are led nowhere else. */
const PAGE = './';

export interface SignInOptions {
  readonly gate: Gate;
  refuse(reply: FastifyReply, refusal: Refusal, asked: Asked): FastifyReply;
}

export async function addSignIn(app: FastifyInstance, { gate, refuse }: SignInOptions) {
  await app.register(async (part) => {
    // Here and nowhere else a form is understood, and nothing but a form.
    part.removeAllContentTypeParsers();
    part.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    part.post<{ Body?: URLSearchParams }>(SIGN_IN_PATH, ({ raw, body }, reply) => {
      const asked = askedBy(raw);
      const outcome = gate.signIn(asked, tokenIn(body?.get('token') ?? ''));
      if (outcome.kind === 'refused') return refuse(reply, outcome.refusal, asked);
      if (outcome.cookie !== undefined) reply.header('set-cookie', outcome.cookie);
      return reply.header('cache-control', 'no-store').redirect(PAGE, 303);
    });
    // The address in which a wrong token was answered.
    part.get(SIGN_IN_PATH, (_request, reply) => reply.redirect(PAGE, 303));
  });
}

/** Terminals break long lines; of a link only the token counts, wherever it leads. */
export function tokenIn(pasted: string): string {
  const text = pasted.replace(/\s+/g, '');
  return /[?&]token=([^&#]*)/.exec(text)?.[1] ?? text;
}
