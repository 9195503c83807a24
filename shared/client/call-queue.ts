// The requests that are under way, in the order of their sequence numbers.
//
// A server handles one client's requests in order, so a reply or an error proves every request before it
// done. That settles requests that have no reply, and makes 16 bits of sequence number enough.
import type { Cursor } from '#shared/wire/cursor';
import { PeerMistake } from './errors.ts';

interface CallBase {
  /** The name of the request, for errors. */
  readonly request: string;
  failed(error: unknown): void;
}

/** One request under way, and whom its outcome concerns. */
export type Call =
  | (CallBase & {
      readonly isAnswered: true;
      /** The reply came; the cursor spans it. Throws ProtocolError when it is malformed. */
      done(cursor: Cursor, start: number): void;
    })
  | (CallBase & {
      readonly isAnswered: false;
      /** A later packet proves that all went well. */
      done(): void;
    });

const SEQUENCE_MASK = 0xffff;
/** How many numbers ahead a packet's can be; one that seems further ahead is behind. */
const MOST_AHEAD = 0x8000;
const COMPACT_AFTER = 1_024;

export class CallQueue {
  #calls: (Call | undefined)[] = [];
  #head = 0;
  /** The whole number of the first call in the queue. The first request after the set-up is 1. */
  #headSequence = 1;

  get count(): number {
    return this.#calls.length - this.#head;
  }

  push(call: Call): void {
    this.#calls.push(call);
  }

  /** The call that a reply or error belongs to, which is then the first; all before it are done. */
  reach(sequence: number): Call {
    const ahead = this.#ahead(sequence);
    if (ahead >= this.count) {
      throw new PeerMistake(`it answered request ${sequence}, which nobody waits for.`);
    }
    for (let passed = 0; passed < ahead; passed += 1) {
      if (!this.#passUnanswered()) {
        throw new PeerMistake(`it answered request ${sequence} before an earlier one.`);
      }
    }
    return this.#first();
  }

  /** Takes out the first call. */
  shift(): Call {
    const call = this.#first();
    this.#calls[this.#head] = undefined;
    this.#head += 1;
    this.#headSequence += 1;
    if (this.#head === this.#calls.length || this.#head >= COMPACT_AFTER) this.#compact();
    return call;
  }

  /** An event says that requests before `sequence` are done. What it says wrongly is ignored. */
  passBefore(sequence: number): void {
    const ahead = this.#ahead(sequence);
    if (ahead >= this.count) return;
    for (let passed = 0; passed < ahead && this.#passUnanswered(); passed += 1);
  }

  failAll(error: unknown): void {
    while (this.count > 0) this.shift().failed(error);
  }

  #ahead(sequence: number): number {
    const ahead = (sequence - this.#headSequence) & SEQUENCE_MASK;
    return ahead < MOST_AHEAD ? ahead : Number.POSITIVE_INFINITY;
  }

  /** False, and nothing happens, when the first call still waits for its reply. */
  #passUnanswered(): boolean {
    const call = this.#calls[this.#head];
    if (call === undefined || call.isAnswered) return false;
    this.shift();
    call.done();
    return true;
  }

  #first(): Call {
    const call = this.#calls[this.#head];
    if (call === undefined) throw new RangeError('no call is under way');
    return call;
  }

  #compact(): void {
    this.#calls.splice(0, this.#head);
    this.#head = 0;
  }
}
