// How the parts of a client ask a server for something: what the session offers them, and no more.
import type {
  AnsweredRequestName,
  ReplyOf,
  RequestName,
  RequestOf,
} from '#shared/protocol/requests/index';
import type { RequestCodec } from '#shared/wire/request-codec';

/** A request that has no name in the protocol's own table: one of an extension. */
export interface CustomRequest<Request, Reply> {
  /** For errors. */
  readonly name: string;
  readonly codec: RequestCodec<Request, Reply>;
  readonly opcode: number;
  readonly minorOpcode: number;
}

/**
 * When a call without a reply learns that it was done: soon, for which a SyncConnection is added to the
 * turn's requests if nothing in them is answered; or with whatever the caller is about to send next.
 */
export type Proof = 'soon' | 'withNext';

/** The requests that are not answered; of PlaySamples, only those with noTimeReply. */
export type QuietRequestName = Exclude<RequestName, AnsweredRequestName> | 'PlaySamples';

export interface Calls {
  /** Sends a request now, without waiting for those under way; resolves with its reply. */
  ask<N extends AnsweredRequestName>(name: N, value: RequestOf<N>): Promise<ReplyOf<N>>;
  /** Sends a request that is not answered; resolves when a later packet proves it done. */
  tell<N extends QuietRequestName>(name: N, value: RequestOf<N>, proof?: Proof): Promise<void>;
  askCustom<Request, Reply>(request: CustomRequest<Request, Reply>, value: Request): Promise<Reply>;
  tellCustom<Request>(request: CustomRequest<Request, unknown>, value: Request): Promise<void>;
  /** Undefined when more may be sent now; otherwise resolves when it may, or when all is over. */
  room(): Promise<void> | undefined;
}
