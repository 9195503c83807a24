// A relay without sockets: devices and pages on a clock that a test moves.
import type { InterfaceDescription } from '#server/devices/index';
import { defaultDevices } from '#server/devices/index';
import { payloadOf } from '#server/relay/frame-message';
import {
  createRelay,
  type PageSocket,
  type PlayingClient,
  type Relay,
  type RelayLimits,
} from '#server/relay/index';
import type { FrameMessage, FrameStream, PageReceiver } from '#server/relay/ports';
import { Exchanges } from '#server/telephone/index';
import { type GatewayMessage, type PageMessage, parseGatewayMessage } from '#shared/relay/control';
import { decodeFrame, type Frame, RELAY_VERSION } from '#shared/relay/frame';
import type { Role } from '#shared/relay/roles';
import { type DeviceBench, deviceBench } from '#test/server/devices/device-setup';

const testLimits: RelayLimits = {
  pages: 10,
  speakersPerPage: 2,
  pageMessagesPerSecond: 200,
  listenerLagMs: 300,
  stalledListenerMs: 5_000,
};

/** A page's socket, and the page behind it. */
export class FakePage implements PageSocket {
  readonly peer = '127.0.0.1:5000';
  role: Role = 'admin';
  readonly messages: GatewayMessage[] = [];
  readonly sentFrames: FrameMessage[] = [];
  /** As if the page did not read. */
  queuedByteCount = 0;
  queuedTextCount = 0;
  /** Whether it answers pings. */
  answers = true;
  pingCount = 0;
  closedWith: { code: number; reason: string } | undefined;
  receiver: PageReceiver | undefined;

  start(receiver: PageReceiver): void {
    this.receiver = receiver;
  }

  sendText(text: string): void {
    this.messages.push(parseGatewayMessage(text));
  }

  sendFrame(message: FrameMessage): void {
    this.sentFrames.push(message);
  }

  readonly stream = this.#stream();

  ping(): void {
    this.pingCount += 1;
    if (this.answers) this.receiver?.pong();
  }

  close(code: number, reason: string): void {
    this.closedWith ??= { code, reason };
  }

  #stream(): FrameStream {
    const page = this;
    return {
      writable: true,
      get writableLength() {
        return page.queuedByteCount;
      },
      write: (message) => page.sendFrame(message),
    };
  }

  get frames(): Frame[] {
    return this.sentFrames.map((message) => decodeFrame(payloadOf(message).slice()));
  }

  say(message: PageMessage): void {
    this.receiver?.text(JSON.stringify(message));
  }

  /** The messages of one type that came since the last time. */
  take<Type extends GatewayMessage['type']>(type: Type) {
    const isWanted = (
      message: GatewayMessage,
    ): message is Extract<GatewayMessage, { type: Type }> => message.type === type;
    const taken = this.messages.filter(isWanted);
    this.messages.splice(0, Infinity, ...this.messages.filter((message) => !isWanted(message)));
    return taken;
  }
}

export interface RelayBench extends DeviceBench {
  readonly relay: Relay;
  playing: PlayingClient[];
  readonly logged: string[];
  connect(role?: Role): FakePage;
  /** Connects and says hello. */
  open(role?: Role): FakePage;
  numberOf(name: string): number;
}

export function relayBench(
  limits: Partial<RelayLimits> = {},
  descriptions: readonly InterfaceDescription[] = defaultDevices,
): RelayBench {
  const devices = deviceBench(descriptions);
  const logged: string[] = [];
  const exchanges = new Exchanges({
    devices: devices.set,
    clock: devices.time,
    timers: devices.time,
    log: { info: () => {} },
    numberDialed: () => {},
  });
  const bench: RelayBench = {
    ...devices,
    logged,
    playing: [] as PlayingClient[],
    connect(role = 'admin') {
      const page = new FakePage();
      page.role = role;
      bench.relay.accept(page);
      return page;
    },
    open(role) {
      const page = bench.connect(role);
      page.say({ type: 'hello', version: RELAY_VERSION, pageName: 'kitchen' });
      return page;
    },
    numberOf(name: string) {
      const page = bench.open();
      const listing = page.take('devices')[0]?.devices.find((device) => device.name === name);
      page.receiver?.closed();
      if (listing === undefined) throw new Error(`There is no device "${name}".`);
      return listing.number;
    },
    relay: createRelay({
      devices: devices.set,
      exchanges,
      clock: devices.time,
      timers: devices.time,
      soon: (callback) => devices.time.after(0, callback),
      limits: { ...testLimits, ...limits },
      log: { debug: () => {}, info: () => {}, error: (event) => logged.push(event) },
      gatewayVersion: '1.2.3',
      serverNumber: 0,
      playing: () => bench.playing,
    }),
  };
  return bench;
}
