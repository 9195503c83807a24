// GET /healthz: whether the gateway is well, for whoever restarts it or sends others elsewhere. Anybody may
// ask, so that the answer says nothing else.
import type { FastifyInstance } from 'fastify';

/** One reason why the gateway is not well. */
export interface Ailment {
  readonly code: 'lateEventLoop' | 'doorClosed' | 'noFilesLeft' | 'draining';
  /** For people. */
  readonly message: string;
}

export type HealthSource = () => readonly Ailment[];

const SERVICE_UNAVAILABLE = 503;

export function addHealth(app: FastifyInstance, ailments: HealthSource): void {
  app.get('/healthz', (_request, reply) => {
    reply.header('cache-control', 'no-store');
    const reasons = ailments();
    if (reasons.length === 0) return { status: 'ok' };
    reply.code(SERVICE_UNAVAILABLE);
    return { status: 'failing', reasons };
  });
}
