// One page, from its first message to its last.
//
//   greeting ──hello──▶ open ──▶ closed       (a message that makes no sense, too slow, gone, gateway ends)
import type { Device } from '#server/devices/face';
import { type CloseCode, closeCodes } from '#shared/relay/close-codes';
import { type GatewayMessage, type PageMessage, parsePageMessage } from '#shared/relay/control';
import { decodeFrame, MAX_MESSAGE_BYTES, RELAY_VERSION } from '#shared/relay/frame';
import { RelayError } from '#shared/relay/relay-error';
import type { Broadcast, FrameMs } from './broadcast.ts';
import { changeSettings } from './device-messages.ts';
import { Lag } from './lag.ts';
import { Listening } from './listening.ts';
import { MessageRate } from './message-rate.ts';
import { requireRight } from './message-rights.ts';
import { PageTelephone } from './page-telephone.ts';
import type { PageReceiver, PageSocket } from './ports.ts';
import type { RelayCore } from './relay-core.ts';
import { Speaker } from './speaker.ts';

type MessageOf<Type extends PageMessage['type']> = Extract<PageMessage, { type: Type }>;
type Handlers = { readonly [Type in PageMessage['type']]: (message: MessageOf<Type>) => void };

/** How long a page may take to say what it is. */
export const HELLO_MS = 10_000;
/** A page that has not answered a ping for so long is gone. */
export const VANISHED_MS = 30_000;
/** A microphone makes a resampler, and a call rings at programs and stands in the log. */
const COSTLY: readonly PageMessage['type'][] = ['speak', 'call'];
/** They cost far more than any other message. */
export const COSTLY_PER_SECOND = 16;
/** A page that asks and does not read what it is answered; what it is sent of sound is far less. */
export const MAX_QUEUED_BYTES = 2 * 1024 * 1024;
/** Of a page that answers pings, and yet reads nothing: half a minute of more changes than pages are told of. */
export const MAX_QUEUED_TEXTS = 4_096;

interface Ear {
  readonly device: Device;
  readonly listening: Listening;
  readonly broadcast: Broadcast;
  readonly end: () => void;
  report: MessageOf<'report'> | undefined;
}

export class Page implements PageReceiver {
  readonly number: number;
  readonly socket: PageSocket;
  readonly ears = new Map<number, Ear>();
  readonly speakers = new Map<number, Speaker>();
  name = '';
  isOpen = false;
  readonly #core: RelayCore;
  readonly #lag: Lag;
  readonly #rate: MessageRate;
  readonly #telephone: PageTelephone;
  readonly #handlers: Handlers;
  #isClosed = false;
  #cancelHello: () => void;

  constructor(core: RelayCore, socket: PageSocket, number: number) {
    const { clock, timers, limits } = core.options;
    this.#core = core;
    this.socket = socket;
    this.number = number;
    const bytesPerMs = () => this.#bytesPerMs();
    const asking = () => this.#takeCare();
    this.#lag = new Lag({ socket, limits, bytesPerMs, asking }, clock.nowMs());
    this.#rate = new MessageRate(limits.pageMessagesPerSecond, clock.nowMs());
    this.#telephone = new PageTelephone(core, this);
    this.#handlers = { ...this.#ownHandlers, ...this.#telephone.handlers };
    this.#cancelHello = timers.after(HELLO_MS, () =>
      this.close(closeCodes.malformed, `The page said nothing for ${HELLO_MS / 1_000} s.`),
    );
    core.options.log.debug('a page came', { page: number, peer: socket.peer });
    socket.start(this);
  }

  send(message: GatewayMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    if (this.isOpen) this.socket.sendText(text);
  }

  text(text: string): void {
    this.#receive(() => {
      if (text.length > MAX_MESSAGE_BYTES) throw RelayError.malformed('it is too long');
      this.#handle(parsePageMessage(text));
    });
  }

  binary(bytes: Uint8Array<ArrayBuffer>): void {
    this.#receive(() => {
      const frame = decodeFrame(bytes);
      if (frame.header.kind !== 'heard') throw RelayError.malformed('pages send what they hear');
      const { counters } = this.#core;
      counters.heardFrames += 1;
      counters.heardBytes += bytes.length;
      // A frame may have been on its way when its device went or the microphone was closed.
      const speaker = this.speakers.get(frame.header.device);
      if (speaker === undefined) return;
      const lateBefore = speaker.lateFrameCount;
      speaker.hear(frame);
      counters.lateHeardFrames += speaker.lateFrameCount - lateBefore;
    });
  }

  ping(): void {
    this.#receive(() => {});
  }

  pong(): void {
    this.#receive(() => {
      const nowMs = this.#core.options.clock.nowMs();
      this.#lag.pong(nowMs);
      this.#lookAtEars(nowMs);
    });
  }

  closed(): void {
    this.#end();
  }

  /** Says in words why, and ends the connection. */
  close(code: CloseCode, reason: string): void {
    if (this.#isClosed) return;
    const { peer } = this.socket;
    this.#core.options.log.info('a page was disconnected', { page: this.number, peer, reason });
    this.#end();
    this.socket.close(code, reason);
  }

  /** To be called now and then: notices a page that is gone without a word, or does not read. */
  look(nowMs: number): void {
    const { queuedByteCount, queuedTextCount } = this.socket;
    if (queuedByteCount > MAX_QUEUED_BYTES || queuedTextCount > MAX_QUEUED_TEXTS) {
      this.close(closeCodes.tooSlow, 'The page did not read what it asked for.');
    } else if (this.#lag.unansweredMs(nowMs) > VANISHED_MS) {
      this.close(closeCodes.vanished, 'Nothing was heard of the page any more.');
    } else if (this.#lag.isPingDue(nowMs)) this.#lag.ping(nowMs);
    this.#lookAtEars(nowMs);
  }

  /** Ends what concerns a device that is gone. */
  forget(deviceNumber: number): void {
    this.ears.get(deviceNumber)?.end();
    this.ears.delete(deviceNumber);
    this.speakers.get(deviceNumber)?.close();
    this.speakers.delete(deviceNumber);
  }

  /** To be called whenever it may have changed who is heard on a device. */
  hearOrMute(device: Device): void {
    for (const speaker of this.speakers.values()) {
      if (speaker.options.device === device) speaker.isMuted = !this.#telephone.mayBeHeard(device);
    }
  }

  #lookAtEars(nowMs: number): void {
    for (const { listening } of this.ears.values()) listening.look(nowMs);
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.isOpen = false;
    this.#core.options.log.debug('a page left', { page: this.number });
    this.#cancelHello();
    this.#telephone.vanish();
    for (const number of [...this.ears.keys(), ...this.speakers.keys()]) this.forget(number);
    this.#core.remove(this);
  }

  /** The one place where what a message causes becomes an answer. */
  #receive(take: () => void): void {
    if (this.#isClosed || !this.#mayCost(1)) return;
    try {
      take();
    } catch (error) {
      if (error instanceof RelayError) this.#refuse(error);
      else this.#fail(error);
    }
  }

  /** Closes a page that sends too much; gives whether it may go on. */
  #mayCost(messageCount: number): boolean {
    if (this.#rate.allows(this.#core.options.clock.nowMs(), messageCount)) return true;
    const { pageMessagesPerSecond } = this.#core.options.limits;
    this.close(
      closeCodes.tooMany,
      `The page sent more than ${pageMessagesPerSecond} messages in a second, or opened more than ${COSTLY_PER_SECOND} microphones or calls.`,
    );
    return false;
  }

  #refuse({ code, message }: RelayError): void {
    const refused: GatewayMessage = { type: 'refused', code, message };
    this.socket.sendText(JSON.stringify(refused));
    if (code === 'malformed' || code === 'version') this.close(closeCodes[code], message);
  }

  #fail(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#core.options.log.error('a page was served wrongly', { page: this.number, detail });
    this.close(closeCodes.failed, 'The gateway failed; its log says why.');
  }

  #handle(message: PageMessage): void {
    if (!this.isOpen && message.type !== 'hello') {
      throw RelayError.malformed('the first message of a page is “hello”');
    }
    requireRight(this.socket.role, message.type);
    if (COSTLY.includes(message.type)) {
      // Beside the one that every message costs.
      const cost = this.#core.options.limits.pageMessagesPerSecond / COSTLY_PER_SECOND - 1;
      if (!this.#mayCost(Math.max(0, cost))) return;
    }
    const handle = this.#handlers[message.type] as (message: PageMessage) => void;
    handle(message);
  }

  readonly #ownHandlers: Omit<Handlers, keyof PageTelephone['handlers']> = {
    hello: ({ pageName }) => {
      if (this.isOpen) throw RelayError.malformed('there was a “hello” before');
      this.#cancelHello();
      this.isOpen = true;
      this.name = pageName;
      const { gatewayVersion, serverNumber } = this.#core.options;
      this.send({
        type: 'welcome',
        version: RELAY_VERSION,
        gatewayVersion,
        serverNumber,
        pageNumber: this.number,
        role: this.socket.role,
      });
      this.#core.introduce(this);
    },
    listen: ({ device, frameMs }) => this.#listen(device, frameMs),
    unlisten: ({ device }) => {
      this.ears.get(device)?.end();
      this.ears.delete(device);
    },
    speak: (message) => this.#speak(message),
    unspeak: ({ device }) => {
      this.speakers.get(device)?.close();
      this.speakers.delete(device);
    },
    ping: ({ id, pageMs }) => {
      this.send({ type: 'pong', id, pageMs, serverMs: this.#core.options.clock.nowMs() });
    },
    change: (message) => changeSettings(this.device(message.device), message),
    sync: ({ latencyMs }) => this.#core.sync(this, latencyMs),
    report: (message) => {
      const ear = this.ears.get(message.device);
      if (ear !== undefined) ear.report = message;
    },
  };

  #listen(number: number, frameMs: FrameMs): void {
    const device = this.device(number);
    this.ears.get(number)?.end();
    const listening = new Listening({
      frameMs,
      socket: this.socket,
      lag: this.#lag,
      counters: this.#core.counters,
      stalled: () => this.#stalled(),
    });
    const heard = this.#core.broadcasts.listen(device, number, frameMs, listening);
    this.ears.set(number, { device, listening, ...heard, report: undefined });
  }

  #stalled(): void {
    const seconds = this.#core.options.limits.stalledListenerMs / 1_000;
    this.close(closeCodes.tooSlow, `The page did not keep up with its sound for ${seconds} s.`);
  }

  #speak({ device: number, rateHz, channelCount }: MessageOf<'speak'>): void {
    const device = this.device(number);
    const { limits, timers } = this.#core.options;
    if (!this.speakers.has(number) && this.speakers.size >= limits.speakersPerPage) {
      throw RelayError.refused(
        `One page may speak on ${limits.speakersPerPage} devices at a time: end one of them first.`,
      );
    }
    this.speakers.get(number)?.close();
    this.speakers.set(number, new Speaker({ device, timers, rateHz, channelCount }));
    this.hearOrMute(device);
  }

  /** Throws a RelayError where there is none. */
  device(number: number): Device {
    const device = this.#core.numbers.deviceOf(number);
    if (device !== undefined) return device;
    throw RelayError.refused(`There is no device ${number} any more.`);
  }

  #takeCare(): void {
    for (const { listening } of this.ears.values()) listening.takeCare();
  }

  #bytesPerMs(): number {
    let bytesPerMs = 0;
    for (const { broadcast } of this.ears.values()) bytesPerMs += broadcast.bytesPerMs;
    return bytesPerMs;
  }
}
