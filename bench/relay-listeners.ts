// A process of listeners. They are WebSocket clients that do no more than they must, because what they take
// is taken from what is measured: they look at headers, answer pings, and note when frames come.
import { connect, type Socket } from 'node:net';
import { FRAME_HEADER_BYTES, RELAY_VERSION } from '#shared/relay/frame';
import { machineClock } from './relay-clock.ts';

/** What this process is told; each is answered. */
export type ListenersOrder =
  | { readonly type: 'open'; readonly count: number }
  /** One more that reads nothing after its first frame. */
  | { readonly type: 'stall' }
  | { readonly type: 'endStall' }
  /** Gives what was noted since the last time. */
  | { readonly type: 'take' }
  /**
   * Never sleep, until told otherwise: a server that writes to a process which sleeps pays for waking it, and how
   * often it sleeps depends on chance.
   */
  | { readonly type: 'wake'; readonly isAwake: boolean };

/** How long frames were under way, by a clock that the server's differs from by something constant. */
export type Delays = Float64Array;

const port = Number(process.argv[2]);
const HIFI = 2;
const READ_BYTES = 64 * 1024;

/** RFC 6455, 5.2: what a message begins with. */
const BINARY = 0x82;
const PING = 0x89;
const SHORT_HEADER_BYTES = 2;
const LONG_HEADER_BYTES = 4;
const LENGTH_IN_16_BITS = 126;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** Where senderMicroseconds stand in a frame: high 32 bits, then low ones. */
const SENDER_HIGH = 16;
const SENDER_LOW = 20;

const room = new Float64Array(4_000_000);
let noted = 0;
/** All sockets read into it, one after the other. */
const readBuffer = new Uint8Array(READ_BYTES);

class Listener {
  readonly #socket: Socket;
  readonly #head = Buffer.alloc(LONG_HEADER_BYTES + FRAME_HEADER_BYTES);
  #headBytes = 0;
  #bytesToSkip = 0;
  #greeting = '';
  #isOpen = false;
  readonly #stalls: boolean;
  readonly #opened: () => void;

  constructor(stalls: boolean, opened: () => void) {
    this.#stalls = stalls;
    this.#opened = opened;
    const callback = (byteCount: number, bytes: Uint8Array) => this.#take(bytes, byteCount);
    this.#socket = connect({
      ...{ port, host: '127.0.0.1', noDelay: true },
      onread: { buffer: readBuffer, callback },
    });
    this.#socket.on('error', (error) => {
      if (!this.#stalls) throw error;
    });
    this.#socket.write(
      `GET /relay HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(bytes: Uint8Array, byteCount: number): boolean {
    let from = this.#isOpen ? 0 : this.#greet(bytes, byteCount);
    while (from < byteCount) {
      const skipped = Math.min(this.#bytesToSkip, byteCount - from);
      this.#bytesToSkip -= skipped;
      from += skipped;
      if (from < byteCount) {
        this.#head[this.#headBytes++] = bytes[from++] as number;
        this.#look();
      }
    }
    return true;
  }

  /** Gives where the first message begins. */
  #greet(bytes: Uint8Array, byteCount: number): number {
    const before = this.#greeting.length;
    this.#greeting += Buffer.from(bytes.subarray(0, byteCount)).toString('latin1');
    const end = this.#greeting.indexOf('\r\n\r\n');
    if (end < 0) return byteCount;
    this.#isOpen = true;
    this.#say({ type: 'hello', version: RELAY_VERSION, pageName: 'bench' });
    this.#say({ type: 'listen', device: HIFI, frameMs: 20 });
    this.#opened();
    return end + 4 - before;
  }

  /** Whether the head says enough, and what follows from it. */
  #look(): void {
    const head = this.#head;
    if (this.#headBytes < SHORT_HEADER_BYTES) return;
    const [kind, length = 0] = head;
    const isLong = length === LENGTH_IN_16_BITS;
    const headerBytes = isLong ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES;
    const isFrame = kind === BINARY;
    const neededBytes = headerBytes + (isFrame ? FRAME_HEADER_BYTES : 0);
    if (this.#headBytes < neededBytes) return;
    this.#bytesToSkip = headerBytes + (isLong ? head.readUInt16BE(2) : length) - neededBytes;
    this.#headBytes = 0;
    if (kind === PING) this.#socket.write(PONG);
    if (!isFrame) return;
    if (this.#stalls) this.#socket.pause();
    else note(head, headerBytes);
  }

  #say(message: object): void {
    const text = Buffer.from(JSON.stringify(message));
    // Masked with zeros, which leaves it as it is; RFC 6455 wants a mask.
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  }
}

function note(head: Buffer, at: number): void {
  const sentMicroseconds =
    head.readUInt32LE(at + SENDER_HIGH) * 2 ** 32 + head.readUInt32LE(at + SENDER_LOW);
  room[noted++] = machineClock.nowMs() - sentMicroseconds / 1_000;
}

let stalled: Listener | undefined;
let isAwake = false;

function stayAwake(): void {
  if (isAwake) setImmediate(stayAwake);
}

const orders: {
  [Type in ListenersOrder['type']]: (
    order: Extract<ListenersOrder, { type: Type }>,
  ) => Delays | Promise<void> | undefined;
} = {
  async open({ count }) {
    for (let i = 0; i < count; i++) await new Promise<void>((done) => new Listener(false, done));
  },
  async stall() {
    await new Promise<void>((done) => {
      stalled = new Listener(true, done);
    });
  },
  endStall() {
    stalled?.end();
    return undefined;
  },
  take() {
    const taken = room.slice(0, noted);
    noted = 0;
    return taken;
  },
  wake(order) {
    isAwake = order.isAwake;
    stayAwake();
    return undefined;
  },
};

process.on('message', async (order: ListenersOrder) => {
  const obey = orders[order.type] as (order: ListenersOrder) => ReturnType<(typeof orders)['take']>;
  process.send?.((await obey(order)) ?? 'done');
});
process.on('disconnect', () => process.exit());
