// Extensions: which ones a server has, and their requests, from the same kind of table as the core's.
import type { ExtensionEntry } from '#shared/protocol/extensions';
import type { AnyRequestEntry, ReplyValue, RequestValue } from '#shared/protocol/message';
import { requestCodec } from '#shared/wire/request-codec';
import type { Calls, CustomRequest } from './calls.ts';

/** Where a server put an extension. */
export interface ExtensionPlace {
  readonly opcode: number;
  readonly firstEvent: number;
  readonly firstError: number;
}

export class Extensions {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async list(): Promise<string[]> {
    const reply = await this.#calls.ask('ListExtensions', {});
    return reply.extensions.map(({ name }) => name);
  }

  /** Undefined where the server lacks it. */
  async query(name: string): Promise<ExtensionPlace | undefined> {
    const reply = await this.#calls.ask('QueryExtension', { name });
    if (reply.present === 0) return undefined;
    const { opcode, firstEvent, firstError } = reply;
    return { opcode, firstEvent, firstError };
  }

  /** An extension's requests, ready to be sent; undefined where the server lacks it. */
  async open<E extends ExtensionEntry>(entry: E): Promise<Extension<E> | undefined> {
    const place = await this.query(entry.name);
    return place && new Extension(this.#calls, entry, place);
  }
}

type RequestsOf<E extends ExtensionEntry> = E['requests'];
type CompiledRequest = CustomRequest<RequestValue<AnyRequestEntry>, ReplyValue<AnyRequestEntry>>;
type CustomRequestOf<E extends ExtensionEntry, N extends keyof RequestsOf<E>> = CustomRequest<
  RequestValue<RequestsOf<E>[N]>,
  ReplyValue<RequestsOf<E>[N]>
>;

export class Extension<E extends ExtensionEntry> {
  readonly place: ExtensionPlace;
  readonly #calls: Calls;
  readonly #entry: E;
  readonly #requests = new Map<string, CompiledRequest>();

  constructor(calls: Calls, entry: E, place: ExtensionPlace) {
    this.#calls = calls;
    this.#entry = entry;
    this.place = place;
  }

  /** Sends a request that is answered. */
  ask<N extends keyof RequestsOf<E> & string>(
    name: N,
    value: RequestValue<RequestsOf<E>[N]>,
  ): Promise<ReplyValue<RequestsOf<E>[N]>> {
    return this.#calls.askCustom(this.#request(name), value);
  }

  /** Sends a request that is not answered. */
  tell<N extends keyof RequestsOf<E> & string>(
    name: N,
    value: RequestValue<RequestsOf<E>[N]>,
  ): Promise<void> {
    return this.#calls.tellCustom(this.#request(name), value);
  }

  /** The casts say that the map holds under each name what that name's entry was compiled to. */
  #request<N extends keyof RequestsOf<E> & string>(name: N): CustomRequestOf<E, N> {
    const request = this.#requests.get(name) ?? this.#compile(name);
    this.#requests.set(name, request);
    return request as unknown as CustomRequestOf<E, N>;
  }

  #compile(name: string): CompiledRequest {
    const entry = this.#entry.requests[name];
    if (!entry) throw new RangeError(`The extension ${this.#entry.name} has no request ${name}.`);
    const minorOpcode = this.#entry.usesMinorOpcodes ? entry.opcode : 0;
    return { name, codec: requestCodec(entry), opcode: this.place.opcode, minorOpcode };
  }
}
