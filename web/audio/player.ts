// Plays one device of a gateway: frames of the relay in, through a ring buffer to the playback worklet, and
// what the page wants to know of it. Sound depends on no timer, so it goes on in a hidden page.
import { codecFor } from '#shared/audio/encodings/codecs';
import type { DeviceListing } from '#shared/relay/control';
import type { Frame } from '#shared/relay/frame';
import type { End, Level, Player, PlayerOptions, PlayerReport, PlayerState } from './face.ts';
import { FrameFeed } from './frame-feed.ts';
import { FrameTap } from './frame-tap.ts';
import { Listeners } from './listeners.ts';
import { type Output, sharedOutput } from './output.ts';
import { createPlaybackNode } from './playback-node.ts';
import type { RelayConnection } from './relay-connection.ts';
import { createRing } from './ring-buffer.ts';
import { SyncClock } from './sync-clock.ts';
import { syncGroupOf } from './sync-group.ts';
import type {
  PlaybackCommand,
  PlaybackMessage,
  PlaybackPhase,
  PlaybackSetup,
} from './worklets/playback-messages.ts';

/** Sound that waits to be played, at most; a power of two of frames is made of it. */
const RING_MS = 2_000;
/** The gateway is told with one report of so many. */
const REPORTS_PER_TOLD = 4;

/** What there is while the device is known and its worklet runs. */
interface Stream {
  readonly node: AudioNode;
  readonly port: MessagePort;
  readonly feed: FrameFeed;
  readonly listing: DeviceListing;
}

export class RelayPlayer implements Player {
  readonly #relay: RelayConnection;
  readonly #device: number;
  readonly #options: PlayerOptions;
  readonly #output: Output = sharedOutput();
  readonly #states = new Listeners<[PlayerState]>();
  readonly #reports = new Listeners<[PlayerReport]>();
  readonly #levels = new Listeners<[Level]>();
  readonly #samples = new Listeners<[Float32Array, number]>();
  readonly #frames = new FrameTap();
  readonly #played = new Listeners<[Float32Array, number]>();
  readonly #ends: End[] = [];
  readonly #syncClock = new SyncClock();
  #stream: Stream | undefined;
  #phase: PlaybackPhase = 'silent';
  #state: PlayerState = 'waiting';
  #volume = 1;
  #reportCount = 0;
  #isStopped = false;

  constructor(relay: RelayConnection, device: number, options: PlayerOptions) {
    this.#relay = relay;
    this.#device = device;
    this.#options = options;
    this.#ends.push(
      this.#output.use(() => this.#update()),
      relay.onState(() => this.#update()),
      relay.onDevices(() => this.#update()),
      relay.listen(device, this.#frameMs, (frame) => this.#take(frame)),
    );
    if (options.isSynchronous) {
      this.#ends.push(syncGroupOf(relay).onChange(() => this.#followSync()));
    }
    this.#update();
  }

  get state(): PlayerState {
    return this.#state;
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.#tell({ type: 'volume', volume: this.#volume });
  }

  onState(listener: (state: PlayerState) => void): End {
    return this.#states.add(listener);
  }

  onReport(listener: (report: PlayerReport) => void): End {
    return this.#reports.add(listener);
  }

  onLevel(listener: (level: Level) => void): End {
    return this.#tapped(this.#levels.add(listener));
  }

  onSamples(listener: (samples: Float32Array, rateHz: number) => void): End {
    return this.#tapped(this.#samples.add(listener));
  }

  onFrames(listener: (samples: Int16Array, channelCount: number, rateHz: number) => void): End {
    return this.#frames.add(listener);
  }

  /** Exactly what left the worklet, interleaved, from that frame of the context's clock on: for tests. */
  onPlayed(listener: (samples: Float32Array, startFrame: number) => void): End {
    return this.#tapped(this.#played.add(listener));
  }

  resume(): Promise<void> {
    return this.#output.resume();
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const end of this.#ends) end();
    if (this.#options.isSynchronous) syncGroupOf(this.#relay).leave(this);
    this.#endStream();
  }

  get #frameMs(): 10 | 20 {
    return this.#options.frameMs ?? 20;
  }

  /** Brings stream and state in line with relay, device and output. */
  #update(): void {
    if (this.#isStopped) return;
    const { kind } = this.#relay.state;
    const listing = this.#relay.devices.find(({ number }) => number === this.#device);
    const isThere = kind === 'live' && listing !== undefined;
    if (!isThere) this.#stream?.feed.restart();
    else if (!this.#output.isReady) void this.#output.load();
    else this.#openStream(listing);
    this.#setState(this.#stateNow(isThere));
  }

  #stateNow(isThere: boolean): PlayerState {
    if (this.#output.needsGesture) return 'needsGesture';
    const isReady = isThere && this.#stream !== undefined && this.#output.isRunning;
    return isReady ? this.#phase : 'waiting';
  }

  #setState(state: PlayerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#states.tell(state);
  }

  #openStream(listing: DeviceListing): void {
    const { context } = this.#output;
    const before = this.#stream?.listing;
    if (before && isSameSound(before, listing)) return;
    this.#endStream();
    const codec = codecFor(listing.encoding);
    if (!codec) return;
    const { channelCount, rateHz } = listing;
    const capacityFrames = 2 ** Math.ceil(Math.log2((RING_MS / 1000) * rateHz));
    const shape = { channelCount, capacityFrames };
    const ring = createRing(shape, globalThis.crossOriginIsolated);
    const setup: PlaybackSetup = {
      ...{ shape, rateHz, frameMs: this.#frameMs },
      correctsDrift: this.#options.correctsDrift ?? true,
    };
    const { node, port } = createPlaybackNode(context, setup);
    port.onmessage = ({ data }: MessageEvent<PlaybackMessage>) => this.#hear(data);
    const opening: PlaybackCommand = { type: 'open', source: ring.source };
    port.postMessage(opening, ring.transfer);
    node.connect(context.destination);
    const feed = new FrameFeed({ writer: ring.writer, codec, channelCount, rateHz });
    this.#stream = { node, port, feed, listing };
    this.#tell({ type: 'volume', volume: this.#volume });
    this.#tellTaps();
  }

  #endStream(): void {
    this.#tell({ type: 'stop' });
    this.#stream?.node.disconnect();
    this.#stream = undefined;
    this.#phase = 'silent';
  }

  #take(frame: Frame): void {
    const { encoding, channelCount } = frame.header;
    const listing = this.#stream?.listing;
    if (!this.#stream || !listing) return;
    // The device changed, and its new listing is still to come.
    if (encoding !== listing.encoding || channelCount !== listing.channelCount) return;
    const { feed } = this.#stream;
    // While the context stands still, what is not heard now is never heard.
    const samples = this.#output.isRunning ? feed.push(frame) : feed.decode(frame);
    this.#frames.tell(frame.header, samples, listing.rateHz);
  }

  #hear(message: PlaybackMessage): void {
    if (message.type === 'report') this.#report(message);
    else if (message.type === 'level') this.#levels.tell(message);
    else if (message.type === 'samples') {
      this.#samples.tell(message.samples, this.#output.context.sampleRate);
    } else if (message.type === 'played') this.#played.tell(message.samples, message.startFrame);
    else {
      this.#phase = message.phase;
      this.#update();
    }
  }

  #report(worklet: PlaybackMessage & { readonly type: 'report' }): void {
    const { baseLatency, outputLatency = 0 } = this.#output.context;
    const networkMs = (this.#relay.roundTripMs ?? 0) / 2;
    const outputMs = (baseLatency + outputLatency) * 1000;
    const { bufferedMs, targetMs, underrunCount, driftPpm } = worklet;
    const droppedFrameCount = this.#stream?.feed.droppedFrameCount ?? 0;
    const counts = { underrunCount, droppedFrameCount, driftPpm };
    this.#reports.tell({ networkMs, bufferMs: bufferedMs, outputMs, targetMs, ...counts });
    if (this.#options.isSynchronous) {
      syncGroupOf(this.#relay).need(this, networkMs + targetMs + outputMs);
      this.#followSync();
    }
    this.#reportCount += 1;
    if (this.#reportCount % REPORTS_PER_TOLD !== 0) return;
    const latencyMs = networkMs + bufferedMs + outputMs;
    const device = this.#device;
    this.#relay.send({ type: 'report', device, bufferedMs, latencyMs, ...counts });
  }

  #followSync(): void {
    const { latencyMs } = syncGroupOf(this.#relay);
    const senderOffsetMs = this.#stream?.feed.senderOffsetMs;
    const pageOffsetMs = this.#relay.clock.pageMsAt(0);
    this.#syncClock.observe(this.#output.context);
    const contextOffsetMs = this.#syncClock.offsetMs;
    if (latencyMs === 0 || senderOffsetMs === undefined || pageOffsetMs === undefined) {
      this.#tell({ type: 'sync', offsetMs: undefined });
      return;
    }
    const trimMs = this.#options.trimMs ?? 0;
    // From the blocks' clock to the gateway's, to the page's, to the context's.
    const offsetMs = senderOffsetMs + latencyMs + trimMs + pageOffsetMs + contextOffsetMs;
    this.#tell({ type: 'sync', offsetMs });
  }

  #tapped(end: End): End {
    this.#tellTaps();
    return () => {
      end();
      this.#tellTaps();
    };
  }

  #tellTaps(): void {
    this.#tell({
      type: 'taps',
      level: !this.#levels.isEmpty,
      samples: !this.#samples.isEmpty,
      played: !this.#played.isEmpty,
    });
  }

  #tell(command: PlaybackCommand): void {
    this.#stream?.port.postMessage(command);
  }
}

function isSameSound(one: DeviceListing, other: DeviceListing): boolean {
  return (
    one.rateHz === other.rateHz &&
    one.channelCount === other.channelCount &&
    one.encoding === other.encoding
  );
}
