// A microphone on a device of a gateway: asks the browser for it, and sends what it hears in `heard` frames.
import { lin16Codec } from '#shared/audio/encodings/linear';
import { createLevelMeter } from '#shared/audio/meter';
import { deviceTime } from '#shared/audio/time';
import { encodeFrame, type FrameHeader, frameFlags } from '#shared/relay/frame';
import { hasRight } from '#shared/relay/roles';
import type { End, Level, Microphone, MicrophoneOptions, MicrophoneState } from './face.ts';
import { Listeners } from './listeners.ts';
import { FORBIDDEN, INSECURE, microphoneFailure, microphoneLost } from './microphone-failure.ts';
import { type Output, sharedOutput } from './output.ts';
import type { RelayConnection } from './relay-connection.ts';
import {
  CAPTURE_PROCESSOR,
  type CaptureCommand,
  type CapturedBlock,
  type CaptureSetup,
} from './worklets/capture-messages.ts';

const FRAME_MS = 20;
const MAX_CHANNELS = 2;

/** What there is while the browser lets the page hear. */
interface Capture {
  readonly stream: MediaStream;
  readonly source: MediaStreamAudioSourceNode;
  readonly node: AudioWorkletNode;
  readonly channelCount: number;
}

export class RelayMicrophone implements Microphone {
  readonly #relay: RelayConnection;
  readonly #device: number;
  readonly #isVoice: boolean;
  readonly #output: Output = sharedOutput();
  readonly #states = new Listeners<[MicrophoneState]>();
  readonly #levels = new Listeners<[Level]>();
  readonly #meter = createLevelMeter();
  readonly #encoder = lin16Codec.createEncoder(1);
  readonly #ends: End[] = [];
  #capture: Capture | undefined;
  #state: MicrophoneState = { kind: 'opening' };
  #hasGainControl: boolean;
  #bytes = new Uint8Array(0);
  #sequence = 0;
  #sentFrames = 0;
  #isTorn = true;
  #isHeld: boolean;
  #isStopped = false;

  constructor(relay: RelayConnection, device: number, options: MicrophoneOptions) {
    this.#relay = relay;
    this.#device = device;
    this.#isVoice = options.isVoice ?? false;
    this.#isHeld = options.isHeld ?? false;
    this.#hasGainControl = this.#wantsGainControl;
    this.#ends.push(
      this.#output.use(() => this.#follow()),
      relay.onState(() => this.#follow()),
      relay.onDevices(() => this.#followGainControl()),
    );
    this.#follow();
    void this.#open();
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  set isHeld(isHeld: boolean) {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#isTorn = true;
    if (!this.#capture) return;
    if (isHeld) this.#endSpeaking();
    else this.#beginSpeaking();
  }

  onState(listener: (state: MicrophoneState) => void): End {
    return this.#states.add(listener);
  }

  onLevel(listener: (level: Level) => void): End {
    return this.#levels.add(listener);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const end of this.#ends) end();
    this.#endSpeaking();
    const capture = this.#capture;
    if (!capture) return;
    this.#capture = undefined;
    capture.source.disconnect();
    capture.node.disconnect();
    capture.node.port.postMessage({ type: 'stop' } satisfies CaptureCommand);
    for (const track of capture.stream.getTracks()) track.stop();
  }

  get #key(): string {
    return `speak ${this.#device}`;
  }

  /** The device's gain control is the browser's automatic gain. */
  get #wantsGainControl(): boolean {
    const listing = this.#relay.devices.find(({ number }) => number === this.#device);
    return this.#isVoice || (listing?.settings.isGainControlOn ?? false);
  }

  async #open(): Promise<void> {
    if (this.#isStopped) return;
    // Outside a secure context there is no such object, whatever its type says.
    if (!globalThis.isSecureContext || navigator.mediaDevices === undefined) {
      this.#fail(INSECURE);
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: this.#constraints() });
      await this.#output.whenReady();
      if (this.#isStopped) for (const track of stream.getTracks()) track.stop();
      else this.#start(stream);
    } catch (error) {
      this.#fail(microphoneFailure(error));
    }
  }

  #constraints(): MediaTrackConstraints {
    const listing = this.#relay.devices.find(({ number }) => number === this.#device);
    return {
      channelCount: { ideal: Math.min(MAX_CHANNELS, listing?.channelCount ?? 1) },
      echoCancellation: this.#isVoice,
      noiseSuppression: this.#isVoice,
      autoGainControl: this.#hasGainControl,
    };
  }

  #start(stream: MediaStream): void {
    const { context } = this.#output;
    const track = stream.getAudioTracks()[0];
    // One channel that was asked for may be two.
    const given = track?.getSettings().channelCount ?? 1;
    const channelCount = Math.min(MAX_CHANNELS, given);
    const rateHz = context.sampleRate;
    const frameCount = Math.round((rateHz * FRAME_MS) / 1000);
    const setup: CaptureSetup = { channelCount, frameCount };
    const node = new AudioWorkletNode(context, CAPTURE_PROCESSOR, {
      ...{ channelCount, channelCountMode: 'explicit', channelInterpretation: 'speakers' },
      processorOptions: setup,
    });
    node.port.onmessage = ({ data }: MessageEvent<CapturedBlock>) => this.#hear(data.samples);
    const source = context.createMediaStreamSource(stream);
    // The worklet's output is silent; browsers run what leads to the speakers.
    source.connect(node).connect(context.destination);
    track?.addEventListener('ended', () => this.#fail(microphoneLost()));
    this.#capture = { stream, source, node, channelCount };
    this.#bytes = new Uint8Array(2 * frameCount * channelCount);
    if (!this.#isHeld) this.#beginSpeaking();
    this.#follow();
  }

  #beginSpeaking(): void {
    const channelCount = this.#capture?.channelCount ?? 1;
    const rateHz = this.#output.context.sampleRate;
    this.#relay.keep(this.#key, { type: 'speak', device: this.#device, rateHz, channelCount });
  }

  #endSpeaking(): void {
    this.#relay.release(this.#key, { type: 'unspeak', device: this.#device });
  }

  #hear(samples: Int16Array): void {
    if (!this.#capture) return;
    this.#tellLevel(samples);
    if (this.#isHeld) return;
    const { channelCount } = this.#capture;
    this.#encoder.encode(samples, samples.length, this.#bytes, false);
    const frameCount = samples.length / channelCount;
    const header: FrameHeader = {
      ...{ kind: 'heard' as const, device: this.#device, encoding: 'LIN16' as const },
      ...{ channelCount, frameCount },
      flags: this.#isTorn ? frameFlags.discontinuity : 0,
      sequence: this.#sequence >>> 0,
      startTime: deviceTime(this.#sentFrames),
      senderMicroseconds: Math.round(performance.now() * 1000),
    };
    this.#isTorn = !this.#relay.sendFrame(encodeFrame(header, this.#bytes));
    this.#sequence += 1;
    this.#sentFrames += frameCount;
  }

  #tellLevel(samples: Int16Array): void {
    if (this.#levels.isEmpty) return;
    this.#meter.reset();
    this.#meter.add16(samples, 0, samples.length);
    const { peak, rms } = this.#meter.read();
    this.#levels.tell({ peak, rms });
  }

  #followGainControl(): void {
    const autoGainControl = this.#wantsGainControl;
    if (autoGainControl === this.#hasGainControl) return;
    this.#hasGainControl = autoGainControl;
    for (const track of this.#capture?.stream.getAudioTracks() ?? []) {
      // A browser that cannot leaves the gain alone.
      track.applyConstraints(this.#constraints()).catch(() => {});
    }
  }

  #fail(state: MicrophoneState): void {
    this.stop();
    this.#setState(state);
  }

  /** Brings output and state in line with the relay. */
  #follow(): void {
    const isLive = this.#relay.state.kind === 'live';
    const { role } = this.#relay;
    if (isLive && role !== undefined && !hasRight(role, 'speak')) {
      this.#fail(FORBIDDEN);
      return;
    }
    if (isLive) void this.#output.load();
    const kind = isLive ? 'live' : 'waiting';
    if (this.#capture && this.#state.kind !== kind) this.#setState({ kind });
  }

  #setState(state: MicrophoneState): void {
    this.#state = state;
    this.#states.tell(state);
  }
}
