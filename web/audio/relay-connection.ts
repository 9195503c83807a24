// The page's connection to a gateway: one WebSocket that comes back by itself. What was asked for (listens,
// speaks) is kept and asked for again after each reconnect, under whatever gateway answers then.
import { ClockEstimate } from '#shared/relay/clock';
import {
  type DeviceListing,
  type GatewayMessage,
  type PageMessage,
  parseGatewayMessage,
} from '#shared/relay/control';
import { decodeFrame, type Frame, RELAY_VERSION } from '#shared/relay/frame';
import { RelayError } from '#shared/relay/relay-error';
import type { Role } from '#shared/relay/roles';
import type { End, Relay, RelayState } from './face.ts';
import { Listeners } from './listeners.ts';
import { type Refusal, refusalOfClose } from './refusal.ts';
import type { RelaySocket, RelayWorld } from './relay-world.ts';
import { retryDelayMs } from './retry-delay.ts';

const PING_EVERY_MS = 1_000;
/** A ping that was not answered for so long means that nobody is there, whatever the socket says. */
const SILENT_DEATH_MS = 5_000;
/** How long opening and the welcome may take together. */
const WELCOME_LIMIT_MS = 10_000;
/** Live sound that waits longer than this (48 kHz stereo: 0.5 s) is too old to be sent after it. */
const MAX_UNSENT_BYTES = 96_000;

type FrameMs = 10 | 20;

interface Listen {
  readonly frameMs: FrameMs;
  readonly listener: (frame: Frame) => void;
}

export class RelayConnection implements Relay {
  readonly clock = new ClockEstimate();
  readonly #url: string;
  readonly #pageName: string;
  readonly #world: RelayWorld;
  readonly #states = new Listeners<[RelayState]>();
  readonly #deviceLists = new Listeners<[readonly DeviceListing[]]>();
  readonly #messages = new Listeners<[GatewayMessage]>();
  readonly #listens = new Map<number, Set<Listen>>();
  /** What is asked for again after a reconnect. */
  readonly #standing = new Map<string, PageMessage>();
  #state: RelayState = { kind: 'connecting' };
  #role: Role | undefined;
  #devices: readonly DeviceListing[] = [];
  #socket: RelaySocket | undefined;
  #cancelTimer: () => void = () => {};
  #failureCount = 0;
  #pingId = 0;
  /** When the oldest ping without an answer left. */
  #unansweredSinceMs: number | undefined;
  #lastRefusal = '';
  /** The WebSocket was opened, whatever came after. */
  #isOpen = false;
  #attempt = 0;
  #isClosed = false;

  constructor(url: string, pageName: string, world: RelayWorld) {
    this.#url = url;
    this.#pageName = pageName;
    this.#world = world;
    this.#open();
  }

  get state(): RelayState {
    return this.#state;
  }

  get devices(): readonly DeviceListing[] {
    return this.#devices;
  }

  /** What the gateway lets this page do; undefined until it has said so. */
  get role(): Role | undefined {
    return this.#role;
  }

  get roundTripMs(): number | undefined {
    return this.clock.roundTripMs;
  }

  serverMsAt(pageMs: number): number | undefined {
    return this.clock.serverMsAt(pageMs);
  }

  onState(listener: (state: RelayState) => void): End {
    return this.#states.add(listener);
  }

  onDevices(listener: (devices: readonly DeviceListing[]) => void): End {
    return this.#deviceLists.add(listener);
  }

  onMessage(listener: (message: GatewayMessage) => void): End {
    return this.#messages.add(listener);
  }

  /** Frames of a device, until the end; several may listen to the same, and the shortest frames count. */
  listen(device: number, frameMs: FrameMs, listener: (frame: Frame) => void): End {
    const listens = this.#listens.get(device) ?? new Set<Listen>();
    const listen: Listen = { frameMs, listener };
    this.#listens.set(device, listens.add(listen));
    this.#askFor(device, listens);
    return () => {
      if (listens.delete(listen)) this.#askFor(device, listens);
    };
  }

  #askFor(device: number, listens: ReadonlySet<Listen>): void {
    const key = `listen ${device}`;
    if (listens.size === 0) {
      this.release(key, { type: 'unlisten', device });
      return;
    }
    const frameMs = Array.from(listens).some((listen) => listen.frameMs === 10) ? 10 : 20;
    const asked = this.#standing.get(key);
    if (asked?.type === 'listen' && asked.frameMs === frameMs) return;
    this.keep(key, { type: 'listen', device, frameMs });
  }

  /** Sends it if somebody is there, and otherwise loses it: what must survive is kept. */
  send(message: PageMessage): void {
    if (this.#state.kind === 'live') this.#socket?.send(JSON.stringify(message));
  }

  /** Says it now and after each reconnect, until it is released. A later one of the same key replaces it. */
  keep(key: string, message: PageMessage): void {
    this.#standing.set(key, message);
    this.send(message);
  }

  /** Ends what was kept, and says so. */
  release(key: string, goodbye: PageMessage): void {
    if (this.#standing.delete(key)) this.send(goodbye);
  }

  /** False where the frame is lost: nobody is there, or what was sent before has not left yet. */
  sendFrame(bytes: Uint8Array<ArrayBuffer>): boolean {
    const socket = this.#socket;
    if (this.#state.kind !== 'live' || !socket) return false;
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
    socket.send(bytes);
    return true;
  }

  retry(): void {
    if (this.#isClosed || this.#state.kind === 'live' || this.#state.kind === 'connecting') return;
    this.#failureCount = 0;
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
    this.#states.clear();
    this.#deviceLists.clear();
    this.#messages.clear();
    this.#listens.clear();
  }

  #open(): void {
    this.#cancelTimer();
    this.#unansweredSinceMs = undefined;
    this.#lastRefusal = '';
    this.#isOpen = false;
    this.#attempt += 1;
    this.#setState({ kind: 'connecting' });
    this.#socket = this.#world.openSocket(this.#url, {
      opened: () => this.#sayHello(),
      message: (data) => this.#take(data),
      closed: (code, reason) => this.#closed(code, reason),
    });
    this.#cancelTimer = this.#world.after(WELCOME_LIMIT_MS, () =>
      this.#fail('The gateway does not answer.'),
    );
  }

  #sayHello(): void {
    this.#isOpen = true;
    const hello: PageMessage = {
      type: 'hello',
      version: RELAY_VERSION,
      pageName: this.#pageName,
    };
    this.#socket?.send(JSON.stringify(hello));
  }

  #take(data: unknown): void {
    try {
      if (typeof data === 'string') this.#takeMessage(parseGatewayMessage(data));
      else if (data instanceof ArrayBuffer) this.#takeFrame(decodeFrame(new Uint8Array(data)));
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      if (error.code === 'version') this.#refuse({ code: 'version', reason: error.message });
      else this.#fail(error.message);
    }
  }

  #takeMessage(message: GatewayMessage): void {
    if (message.type === 'welcome') this.#welcomed(message.role);
    else if (message.type === 'pong') this.#takePong(message.pageMs, message.serverMs);
    else if (message.type === 'refused') this.#lastRefusal = message.message;
    else if (message.type === 'devices') this.#setDevices(message.devices);
    else if (message.type === 'settings') {
      const { device, settings } = message;
      this.#setDevices(
        this.#devices.map((each) => (each.number === device ? { ...each, settings } : each)),
      );
    }
    this.#messages.tell(message);
  }

  #takeFrame(frame: Frame): void {
    if (frame.header.kind !== 'played') return;
    for (const { listener } of this.#listens.get(frame.header.device) ?? []) listener(frame);
  }

  #welcomed(role: Role): void {
    this.#role = role;
    this.#failureCount = 0;
    this.clock.reset();
    this.#setState({ kind: 'live' });
    for (const message of this.#standing.values()) this.send(message);
    this.#ping();
  }

  #takePong(sentMs: number, serverMs: number): void {
    this.#unansweredSinceMs = undefined;
    this.clock.add(sentMs, serverMs, this.#world.nowMs());
  }

  /** Timers of a hidden page may come a minute apart, so only a ping that had its time counts as lost. */
  #ping(): void {
    const pageMs = this.#world.nowMs();
    if (pageMs - (this.#unansweredSinceMs ?? pageMs) >= SILENT_DEATH_MS) {
      this.#fail('The gateway stopped answering.');
      return;
    }
    this.#unansweredSinceMs ??= pageMs;
    this.#pingId += 1;
    this.send({ type: 'ping', id: this.#pingId, pageMs });
    this.#cancelTimer();
    this.#cancelTimer = this.#world.after(PING_EVERY_MS, () => this.#ping());
  }

  #setDevices(devices: readonly DeviceListing[]): void {
    this.#devices = devices;
    this.#deviceLists.tell(devices);
  }

  #closed(code: number, reason: string): void {
    const why = reason || this.#lastRefusal;
    const refusal = refusalOfClose(code);
    if (refusal) {
      this.#refuse({ code: refusal, reason: why || 'The gateway does not let this page in.' });
      return;
    }
    const wasOpened = this.#isOpen;
    this.#fail(why || 'The gateway cannot be reached.');
    if (!wasOpened) void this.#askWhy();
  }

  async #askWhy(): Promise<void> {
    const attempt = this.#attempt;
    const refusal = await this.#world.refusal(this.#url);
    if (refusal && attempt === this.#attempt && !this.#isClosed) this.#refuse(refusal);
  }

  #refuse(refusal: Refusal): void {
    this.#drop();
    this.#setState({ kind: 'refused', ...refusal });
  }

  #fail(reason: string): void {
    this.#drop();
    const delayMs = retryDelayMs(this.#failureCount, this.#world.random());
    this.#failureCount += 1;
    this.#setState({ kind: 'waiting', retryAtMs: this.#world.nowMs() + delayMs, reason });
    if (!this.#isClosed) this.#cancelTimer = this.#world.after(delayMs, () => this.#open());
  }

  #drop(): void {
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = undefined;
  }

  #setState(state: RelayState): void {
    this.#state = state;
    this.#states.tell(state);
  }
}
