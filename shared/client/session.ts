// The connection as the protocol sees it: the set-up, then requests out, and replies, errors and events in.
//
// Invariants: requests leave in the order of their calls, those of one turn in one write. Every call is
// settled, once: by its reply or error, by a later packet, or by the end of the connection. Between two
// requests that are answered stand fewer than 2^15 that are not, so that 16 bits of sequence number
// always tell which request a packet means.
import { ProtocolError } from '#shared/protocol/errors';
import { FIRST_EXTENSION_EVENT } from '#shared/protocol/limits';
import type { AnsweredRequestName, ReplyOf, RequestOf } from '#shared/protocol/requests/index';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR, type SetupAccepted } from '#shared/protocol/setup';
import { decodeError, decodeEvent, encodeSetupRequest } from '#shared/wire/packet-codec';
import { type Packet, PacketReader } from '#shared/wire/packet-reader';
import { type RequestCodec, requestCodecs } from '#shared/wire/request-codec';
import type { Writer } from '#shared/wire/writer';
import type { ByteReceiver, ByteStream } from './byte-stream.ts';
import { type Call, CallQueue } from './call-queue.ts';
import type { Calls, CustomRequest, Proof, QuietRequestName } from './calls.ts';
import { AudioFileError, ConnectionError, PeerMistake } from './errors.ts';
import { EventHub } from './events.ts';
import { Outbox } from './outbox.ts';

export interface Authorization {
  /** The name of the protocol, such as MIT-MAGIC-COOKIE-1. */
  readonly name: string;
  readonly data: Uint8Array;
}

const MAX_UNANSWERED_IN_A_ROW = 32_766;

interface SetupWaiter {
  resolve(setup: SetupAccepted): void;
  reject(error: ConnectionError): void;
}

export class Session implements Calls, ByteReceiver {
  readonly events = new EventHub();
  /** Resolves when the connection has ended, with the reason. */
  readonly ended: Promise<ConnectionError>;
  readonly #stream: ByteStream;
  readonly #reader: PacketReader;
  readonly #outbox: Outbox;
  readonly #calls = new CallQueue();
  #setupWaiter: SetupWaiter | undefined;
  #end: ConnectionError | undefined;
  #tellEnd: (end: ConnectionError) => void = () => {};
  #closing: Promise<void> | undefined;
  #unansweredInARow = 0;
  #wantsProof = false;

  constructor(stream: ByteStream, littleEndian: boolean) {
    this.#stream = stream;
    this.#reader = new PacketReader(littleEndian);
    this.#outbox = new Outbox(stream, littleEndian, () => this.#proveIfWanted());
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  setUp(authorization: Authorization | undefined): Promise<SetupAccepted> {
    return new Promise((resolve, reject) => {
      encodeSetupRequest(this.#outbox.writer, {
        majorVersion: PROTOCOL_MAJOR,
        minorVersion: PROTOCOL_MINOR,
        authorizationName: authorization?.name ?? '',
        authorizationData: authorization?.data ?? new Uint8Array(0),
      });
      this.#setupWaiter = { resolve, reject };
      this.#stream.receive(this);
      this.#outbox.schedule();
    });
  }

  ask<N extends AnsweredRequestName>(name: N, value: RequestOf<N>): Promise<ReplyOf<N>> {
    const codec: RequestCodec<RequestOf<N>, ReplyOf<N>> = requestCodecs[name];
    return this.#ask(name, codec, (writer) => codec.encode(writer, value));
  }

  tell<N extends QuietRequestName>(
    name: N,
    value: RequestOf<N>,
    proof: Proof = 'soon',
  ): Promise<void> {
    const codec: RequestCodec<RequestOf<N>, ReplyOf<N>> = requestCodecs[name];
    return this.#tell(name, proof, (writer) => codec.encode(writer, value));
  }

  askCustom<Request, Reply>(
    request: CustomRequest<Request, Reply>,
    value: Request,
  ): Promise<Reply> {
    const { name, codec, opcode, minorOpcode } = request;
    return this.#ask(name, codec, (writer) => codec.encode(writer, value, opcode, minorOpcode));
  }

  tellCustom<Request>(request: CustomRequest<Request, unknown>, value: Request): Promise<void> {
    const { name, codec, opcode, minorOpcode } = request;
    return this.#tell(name, 'soon', (writer) => codec.encode(writer, value, opcode, minorOpcode));
  }

  room(): Promise<void> | undefined {
    return this.#outbox.room();
  }

  /** Ends when all that was asked is done. */
  close(): Promise<void> {
    this.#closing ??= this.#closeGracefully();
    return this.#closing;
  }

  /** Ends at once; what is under way fails. */
  abort(): void {
    this.#finish(ConnectionError.closed());
  }

  bytes(chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#end) return;
    const wasSettingUp = this.#setupWaiter !== undefined;
    try {
      this.#reader.push(chunk);
      if (wasSettingUp) this.#readSetup();
      if (this.#setupWaiter === undefined) this.#readPackets();
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof PeerMistake)) throw error;
      const isSetupWrong = this.#setupWaiter !== undefined;
      this.#finish(
        isSetupWrong ? ConnectionError.notAudioFile(error) : ConnectionError.malformed(error),
      );
    }
  }

  drained(): void {
    this.#outbox.drained();
  }

  closed(error?: Error): void {
    this.#finish(
      this.#setupWaiter ? ConnectionError.endedInSetup(error) : ConnectionError.lost(error),
    );
  }

  #ask<Reply>(
    request: string,
    codec: Pick<RequestCodec<never, Reply>, 'decodeReply'>,
    encode: (writer: Writer) => void,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#send(
        {
          request,
          isAnswered: true,
          done: (cursor, start) => resolve(codec.decodeReply(cursor, start)),
          failed: reject,
        },
        encode,
      );
      this.#wantsProof = false;
    });
  }

  #tell(request: string, proof: Proof, encode: (writer: Writer) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#send({ request, isAnswered: false, done: resolve, failed: reject }, encode);
      if (proof === 'soon') this.#wantsProof = true;
    });
  }

  #send(call: Call, encode: (writer: Writer) => void): void {
    const refusal = this.#end ?? (this.#closing && ConnectionError.closed());
    if (refusal) throw refusal;
    if (!call.isAnswered && this.#unansweredInARow >= MAX_UNANSWERED_IN_A_ROW) this.#prove();
    encode(this.#outbox.writer);
    this.#calls.push(call);
    this.#unansweredInARow = call.isAnswered ? 0 : this.#unansweredInARow + 1;
    this.#outbox.schedule();
  }

  #proveIfWanted(): void {
    if (this.#wantsProof) this.#prove();
  }

  #prove(): void {
    requestCodecs.SyncConnection.encode(this.#outbox.writer, {});
    const ignore = (): void => {};
    this.#calls.push({ request: 'SyncConnection', isAnswered: true, done: ignore, failed: ignore });
    this.#unansweredInARow = 0;
    this.#wantsProof = false;
  }

  async #closeGracefully(): Promise<void> {
    // A connection that is lost meanwhile is closed too, and those concerned are told.
    await this.ask('SyncConnection', {}).catch(() => {});
    this.#finish(ConnectionError.closed());
  }

  #readSetup(): void {
    const answer = this.#reader.nextSetup();
    if (answer.kind === 'accepted') {
      this.#setupWaiter?.resolve(answer.setup);
      this.#setupWaiter = undefined;
    } else if (answer.kind === 'refused') {
      this.#finish(ConnectionError.refused(answer.reason));
    }
  }

  #readPackets(): void {
    for (let packet = this.#reader.next(); packet && !this.#end; packet = this.#reader.next()) {
      if (packet.kind === 'reply') this.#takeReply(packet);
      else if (packet.kind === 'error') this.#takeError(packet);
      else this.#takeEvent(packet);
    }
  }

  /** The call stays in the queue until its reply was understood, so that it fails with all others. */
  #takeReply({ sequence, cursor, start }: Packet): void {
    const call = this.#calls.reach(sequence);
    if (!call.isAnswered) throw new PeerMistake(`it answered ${call.request}, which has no reply.`);
    call.done(cursor, start);
    this.#calls.shift();
  }

  #takeError({ sequence, cursor, start }: Packet): void {
    const call = this.#calls.reach(sequence);
    call.failed(new AudioFileError(call.request, decodeError(cursor, start)));
    this.#calls.shift();
  }

  #takeEvent({ sequence, cursor, start }: Packet): void {
    this.#calls.passBefore(sequence);
    const event = decodeEvent(cursor, start);
    if (event) {
      this.events.publish(event);
      return;
    }
    const type = cursor.view.getUint8(start);
    if (type < FIRST_EXTENSION_EVENT) {
      throw new PeerMistake(`there is no packet of type ${type}.`);
    }
  }

  #finish(end: ConnectionError): void {
    if (this.#end) return;
    this.#end = end;
    this.#setupWaiter?.reject(end);
    this.#setupWaiter = undefined;
    this.#outbox.end();
    this.#calls.failAll(end);
    this.events.end(end.code === 'closed' ? undefined : end);
    this.#stream.close();
    this.#tellEnd(end);
  }
}
