// What the two elements share: a button in a shadow of its own, attributes, one relay for each gateway, and
// events that tell the page around it.
import type { DeviceListing } from '#shared/relay/control';
import type { End, Relay, RelayState } from './face.ts';
import { gatewayUrl } from './gateway-urls.ts';
import { sound } from './index.ts';

const style = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
button {
  font: inherit; color: inherit; background: canvas; cursor: pointer;
  border: 1px solid color-mix(in srgb, currentcolor 40%, transparent);
  border-radius: 0.5em; padding: 0.4em 0.8em;
}
button[aria-pressed='true'] { background: #0b6b3a; color: white; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
span { margin-inline-start: 0.6em; }
`;

/** Made for the first element, since there are programs without a DOM that import this. */
let sharedSheet: CSSStyleSheet | undefined;

function sheet(): CSSStyleSheet {
  if (sharedSheet) return sharedSheet;
  sharedSheet = new CSSStyleSheet();
  sharedSheet.replaceSync(style);
  return sharedSheet;
}

/** Where pages are tested or rendered in Node there is no such class, and nobody makes an element. */
const ElementBase = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

interface SharedRelay {
  readonly relay: Relay;
  userCount: number;
}

/** Elements of the same gateway share a connection, as long as one of them is used. */
const relays = new Map<string, SharedRelay>();

function shareRelay(url: string): { readonly relay: Relay; readonly end: End } {
  const shared = relays.get(url) ?? { relay: sound.connect(url, document.title), userCount: 0 };
  relays.set(url, shared);
  shared.userCount += 1;
  const end = (): void => {
    shared.userCount -= 1;
    if (shared.userCount > 0) return;
    relays.delete(url);
    shared.relay.close();
  };
  return { relay: shared.relay, end };
}

/** A stream of sound that an element began. */
export interface ElementStream {
  stop(): void;
}

/**
 * Attributes: `src`, a link to a gateway, with its token if it wants one; `device`, a device's name or
 * number; `label`, what the button says. Events: `statechange` with `detail.state` and `detail.message`.
 */
export abstract class SoundElement<State extends string> extends ElementBase {
  static observedAttributes = ['src', 'device', 'label'];

  readonly #button = document.createElement('button');
  readonly #status = document.createElement('span');
  #ends: End[] = [];
  #relay: Relay | undefined;
  #isOtherSite = false;
  #stream: ElementStream | undefined;
  #state: State | RelayState['kind'] | 'off' = 'off';

  protected abstract readonly defaultLabel: string;
  protected abstract begin(relay: Relay, device: number): ElementStream;

  constructor() {
    super();
    this.#button.type = 'button';
    this.#button.part.add('button');
    this.#status.part.add('status');
    this.#status.setAttribute('role', 'status');
    this.#button.addEventListener('click', () => this.toggle());
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    shadow.adoptedStyleSheets = [sheet()];
    shadow.append(this.#button, this.#status);
  }

  /** What the element does now; `off` while it is not pressed. */
  get state(): State | RelayState['kind'] | 'off' {
    return this.#state;
  }

  connectedCallback(): void {
    this.#show();
  }

  disconnectedCallback(): void {
    this.stop();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    const wasOn = this.#relay !== undefined;
    if (wasOn && name !== 'label') {
      this.stop();
      this.start();
    }
    this.#show();
  }

  toggle(): void {
    if (this.#relay) this.stop();
    else this.start();
  }

  /** In a click or key handler, because browsers want a gesture before sound. */
  start(): void {
    if (this.#relay) return;
    let url: string;
    try {
      url = gatewayUrl(this.getAttribute('src') ?? '', 'relay', document.baseURI);
    } catch (error) {
      this.setState('refused', error instanceof Error ? error.message : String(error));
      return;
    }
    const { relay, end } = shareRelay(url);
    this.#relay = relay;
    this.#isOtherSite = new URL(url).host !== location.host;
    this.#ends = [end, relay.onState(() => this.#follow()), relay.onDevices(() => this.#follow())];
    this.#follow();
  }

  stop(): void {
    this.#stream?.stop();
    this.#stream = undefined;
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#relay = undefined;
    this.setState('off', '');
  }

  /** Shows and tells it; a message is for people. */
  protected setState(state: State | RelayState['kind'] | 'off', message: string): void {
    this.#state = state;
    this.#status.textContent = message;
    this.#show();
    this.dispatchEvent(new CustomEvent('statechange', { detail: { state, message } }));
  }

  #follow(): void {
    const relay = this.#relay;
    if (!relay || this.#stream) return;
    const { state } = relay;
    if (state.kind !== 'live') {
      this.setState(state.kind, this.#inWords(relay));
      return;
    }
    const wanted = this.getAttribute('device') ?? '0';
    const device = relay.devices.find((each) => isNamed(each, wanted));
    if (device) this.#stream = this.begin(relay, device.number);
    else if (relay.devices.length > 0) {
      this.setState('waiting', `The gateway has no device “${wanted}”.`);
    }
  }

  #inWords({ state, devices }: Relay): string {
    if (!('reason' in state)) return 'Connecting …';
    // Browsers do not tell the pages of other sites apart from whom nobody answers.
    const mayBeRefused = state.kind === 'waiting' && this.#isOtherSite && devices.length === 0;
    return mayBeRefused
      ? `${state.reason} If it runs, it may have to be told to let this site in: --allowed-origins ${location.origin}`
      : state.reason;
  }

  #show(): void {
    this.#button.textContent = this.getAttribute('label') ?? this.defaultLabel;
    this.#button.setAttribute('aria-pressed', String(this.#relay !== undefined));
    this.setAttribute('data-state', this.#state);
  }
}

function isNamed(device: DeviceListing, wanted: string): boolean {
  return device.name === wanted || String(device.index) === wanted;
}
