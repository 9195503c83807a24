// Requests that may take a while. An operation proceeds in steps, so that a large one shares the
// server with others, and may wait for its device's time; meanwhile its client takes no other request.

import type { Writer } from '#shared/wire/writer';

/**
 * What came of a step: all is done; there is more to do now, when others had their turn; or nothing can
 * be done for so many milliseconds.
 */
export type Progress = 'done' | 'more' | number;

export interface Operation {
  /** By how much later than it says it may be continued, so that many wake the server at once. */
  readonly slackMs: number;
  /** Throws ProtocolError when it cannot go on. */
  step(): Progress;
  /** What it still needs of its request's bytes is copied, because these change now. */
  keep(): void;
  /** Writes the reply, if one is wanted, once all is done. */
  reply(writer: Writer, sequence: number): void;
}
