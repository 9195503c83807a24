// The other end of a client's stream: it hears what the client sends, packet by packet, and says what a
// test wants it to say. It knows the framing of requests and nothing else, and has no code in common with
// what it tests.
import type { ByteStream } from '#shared/client/byte-stream';
import { createStreamPair } from '#shared/client/stream-pair';

/** Lets everything happen that waits for nothing but its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class ScriptedPeer {
  readonly littleEndian: boolean;
  isClosed = false;
  /** How many bytes the client has written in how many writes. */
  writeCount = 0;
  #heard: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  readonly #stream: ByteStream;

  constructor(stream: ByteStream, littleEndian: boolean) {
    this.#stream = stream;
    this.littleEndian = littleEndian;
    stream.receive({
      bytes: (chunk) => {
        this.writeCount += 1;
        this.#heard = Buffer.concat([this.#heard, chunk]);
      },
      drained: () => {},
      closed: () => {
        this.isClosed = true;
      },
    });
  }

  /** The set-up request, when it is there whole. */
  takeSetup(): Buffer {
    const padded = (byteCount: number): number => Math.ceil(byteCount / 4) * 4;
    return this.#take(12 + padded(this.#card16(6)) + padded(this.#card16(8)));
  }

  /** All whole requests that were heard since the last call. */
  takeRequests(): Buffer[] {
    const requests: Buffer[] = [];
    while (this.#heard.length >= 4 && this.#heard.length >= 4 * this.#card16(2)) {
      requests.push(this.#take(4 * this.#card16(2)));
    }
    return requests;
  }

  get heardByteCount(): number {
    return this.#heard.length;
  }

  say(bytes: Uint8Array): void {
    this.#stream.write(new Uint8Array(bytes));
  }

  hangUp(): void {
    this.#stream.close();
  }

  /** A reply: byte 1, 24 bytes of body at most, then the rest, all given as bytes. */
  sayReply(
    sequence: number,
    body: Uint8Array = new Uint8Array(0),
    extra = new Uint8Array(0),
  ): void {
    const packet = this.#packet(1, 0, sequence, 32 + extra.length);
    this.#view(packet).setUint32(4, extra.length / 4, this.littleEndian);
    packet.set(body, 8);
    packet.set(extra, 32);
    this.say(packet);
  }

  sayError(sequence: number, code: number, majorOpcode: number, value = 0): void {
    const packet = this.#packet(0, code, sequence, 32);
    this.#view(packet).setUint32(4, value, this.littleEndian);
    packet[10] = majorOpcode;
    this.say(packet);
  }

  /** A PhoneRing event of a device. */
  sayRing(sequence: number, device = 0, state = 1): void {
    const packet = this.#packet(2, 0, sequence, 32);
    this.#view(packet).setUint32(16, device, this.littleEndian);
    packet[20] = state;
    this.say(packet);
  }

  /** Four bytes in the connection's order. */
  card32(value: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(4);
    this.#view(bytes).setUint32(0, value, this.littleEndian);
    return bytes;
  }

  #packet(first: number, second: number, sequence: number, byteCount: number) {
    const packet = new Uint8Array(byteCount);
    packet[0] = first;
    packet[1] = second;
    this.#view(packet).setUint16(2, sequence & 0xffff, this.littleEndian);
    return packet;
  }

  #view(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #card16(at: number): number {
    return this.littleEndian ? this.#heard.readUInt16LE(at) : this.#heard.readUInt16BE(at);
  }

  #take(byteCount: number): Buffer {
    const taken = this.#heard.subarray(0, byteCount);
    this.#heard = this.#heard.subarray(byteCount);
    return taken;
  }
}

/** A client's end of a stream, and the peer at the other. */
export function peerAndStream(littleEndian = true): { peer: ScriptedPeer; stream: ByteStream } {
  const [near, far] = createStreamPair();
  return { stream: near, peer: new ScriptedPeer(far, littleEndian) };
}
