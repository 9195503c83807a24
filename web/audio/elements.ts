// <audiofile-listen> and <audiofile-speak>: hear a device of a gateway, or speak to it, from any page.
import { type ElementStream, SoundElement } from './element-base.ts';
import type { Level, Player, PlayerState, Relay } from './face.ts';
import { sound } from './index.ts';

declare global {
  interface HTMLElementTagNameMap {
    'audiofile-listen': AudioFileListen;
    'audiofile-speak': AudioFileSpeak;
  }
}

const listenWords: Readonly<Record<PlayerState, string>> = {
  needsGesture: 'Press a key or click to hear it.',
  silent: 'Listening; nothing is playing.',
  priming: 'Listening …',
  playing: 'Playing.',
  waiting: 'Waiting for the gateway …',
};

/** `volume`, an attribute and a property, is 0 to 1. */
export class AudioFileListen extends SoundElement<PlayerState> {
  static override observedAttributes = [...SoundElement.observedAttributes, 'volume'];

  protected readonly defaultLabel = 'Listen';
  #player: Player | undefined;

  /** The stream while there is one, for levels, samples and reports. */
  get player(): Player | undefined {
    return this.#player;
  }

  get volume(): number {
    const volume = Number(this.getAttribute('volume') ?? 1);
    return Number.isFinite(volume) ? Math.min(1, Math.max(0, volume)) : 1;
  }

  set volume(volume: number) {
    this.setAttribute('volume', String(volume));
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name !== 'volume') super.attributeChangedCallback(name, before, now);
    else if (this.#player) this.#player.volume = this.volume;
  }

  protected begin(relay: Relay, device: number): ElementStream {
    const player = sound.play(relay, device);
    player.volume = this.volume;
    const show = (state: PlayerState): void => this.setState(state, listenWords[state]);
    player.onState(show);
    show(player.state);
    this.#player = player;
    return {
      stop: () => {
        this.#player = undefined;
        player.stop();
      },
    };
  }
}

/** `voice`, an attribute, turns on what browsers do to make a voice clear, and anything else worse. */
export class AudioFileSpeak extends SoundElement<'opening' | 'live' | 'failed' | 'waiting'> {
  protected readonly defaultLabel = 'Speak';

  protected begin(relay: Relay, device: number): ElementStream {
    const microphone = sound.speak(relay, device, { isVoice: this.hasAttribute('voice') });
    const show = (): void => {
      const { state } = microphone;
      this.setState(state.kind, state.kind === 'failed' ? state.message : speakWords[state.kind]);
    };
    microphone.onState(show);
    microphone.onLevel((level: Level) =>
      this.dispatchEvent(new CustomEvent('level', { detail: level })),
    );
    show();
    return microphone;
  }
}

const speakWords = {
  opening: 'Asking for the microphone …',
  live: 'On air.',
  waiting: 'Waiting for the gateway …',
} as const;

/** Names that a page took already stay as they are. Does nothing where there is no DOM. */
export function defineElements(): void {
  if (!('customElements' in globalThis)) return;
  if (!customElements.get('audiofile-listen')) {
    customElements.define('audiofile-listen', AudioFileListen);
  }
  if (!customElements.get('audiofile-speak')) {
    customElements.define('audiofile-speak', AudioFileSpeak);
  }
}
