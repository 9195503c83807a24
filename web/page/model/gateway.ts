// The gateway as this page knows it: the relay's state, the devices, and what they have in common.
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { DeviceListing, GatewayMessage } from '#shared/relay/control';
import type { Right, Role } from '#shared/relay/roles';
import type { Relay, RelayState } from '../../audio/face.ts';
import type { PageSound } from '../page-sound.ts';
import { whyNotInWords } from '../words/role-words.ts';
import { deviceRemoved, requestRefused } from '../words/state-words.ts';
import { createDevice, type DeviceModel } from './device.ts';
import { createNotices, type Notices } from './notices.ts';
import type { Preferences } from './preferences.ts';

/** The device that most people want to hear, where there is one. */
const USUAL_DEVICE = 'hifi';

export type Welcome = Extract<GatewayMessage, { type: 'welcome' }>;

export interface GatewayOptions {
  readonly sound: PageSound;
  readonly relayUrl: string;
  readonly pageName: string;
  readonly preferences: Preferences;
  readonly save: (file: Blob, name: string) => void;
}

export interface GatewayModel {
  readonly relay: Relay;
  readonly preferences: Preferences;
  readonly notices: Notices;
  readonly state: ReadonlySignal<RelayState>;
  /** It was live before, whatever it is now. */
  readonly wasLive: ReadonlySignal<boolean>;
  readonly welcome: ReadonlySignal<Welcome | undefined>;
  /** In the order of their numbers for programs; kept while the gateway is away, and none once it refused the page. */
  readonly devices: ReadonlySignal<readonly DeviceModel[]>;
  /** The device of the large buttons; undefined while there is none. */
  readonly chosen: ReadonlySignal<DeviceModel | undefined>;
  /** Some player waits for a click or a key. */
  readonly needsGesture: ReadonlySignal<boolean>;
  /** The device whose telephone rings here; undefined while none does. */
  readonly rung: ReadonlySignal<DeviceModel | undefined>;
  /** The latency at which pages play together; 0 while they do not. */
  readonly syncLatencyMs: ReadonlySignal<number>;
  readonly nowMs: () => number;
  /** Why this page may not, in words; undefined where it may. */
  whyNot(right: Right): string | undefined;
  choose(device: DeviceModel): void;
  /** In a click or key handler. */
  resumeAll(): void;
}

export function createGateway(options: GatewayOptions): GatewayModel {
  const { sound, relayUrl, pageName, preferences, save } = options;
  const relay = sound.connect(relayUrl, pageName);
  const notices = createNotices();
  const state = signal(relay.state);
  const wasLive = signal(relay.state.kind === 'live');
  const welcome = signal<Welcome | undefined>(undefined);
  const devices = signal<readonly DeviceModel[]>([]);
  const syncLatencyMs = signal(0);
  // Nothing is shut before the gateway says so: whatever is asked of it until then, it checks itself.
  const role = computed<Role>(() => welcome.value?.role ?? 'admin');
  const ports = { role, sound, relay, relayUrl, preferences, notices, save };
  const resumed = new Set<string>();

  const find = (number: number) => devices.value.find((device) => device.number === number);

  function removed(device: DeviceModel): void {
    const wasUsed = device.listening.value ?? device.speaking.value ?? device.recording.value;
    device.close();
    if (wasUsed) notices.add(deviceRemoved(device.listing.value.name));
  }

  /** What was listened to before a reload is listened to again, once. */
  function resume(device: DeviceModel): void {
    const { name } = device.listing.value;
    if (resumed.has(name) || !preferences.listening.value.includes(name)) return;
    resumed.add(name);
    device.listen();
  }

  function listed(listings: readonly DeviceListing[]): void {
    const numbers = new Set(listings.map(({ number }) => number));
    batch(() => {
      devices.value.filter(({ number }) => !numbers.has(number)).forEach(removed);
      const inOrder = [...listings].sort((one, other) => one.index - other.index);
      devices.value = inOrder.map((listing) => {
        const known = find(listing.number);
        known?.listed(listing);
        return known ?? createDevice(listing, ports);
      });
      devices.value.forEach(resume);
    });
  }

  /** It does not come back by itself: no microphone stays open for it, and what was recorded is saved. */
  function endAll(): void {
    batch(() => {
      for (const device of devices.value) device.close();
      devices.value = [];
    });
  }

  function received(message: GatewayMessage): void {
    switch (message.type) {
      case 'welcome':
        welcome.value = message;
        break;
      case 'settings':
        find(message.device)?.settled(message.settings);
        break;
      case 'playing':
        find(message.device)?.playedBy(message.clients);
        break;
      case 'sync':
        syncLatencyMs.value = message.latencyMs;
        break;
      case 'line':
      case 'call':
      case 'telephone':
      case 'key':
        find(message.device)?.phone.received(message);
        break;
      case 'refused':
        if (!devices.value.some(({ phone }) => phone.refused(message))) {
          notices.add(requestRefused(message.message));
        }
        break;
    }
  }

  relay.onMessage(received);
  relay.onDevices(listed);
  relay.onState((next) => {
    state.value = next;
    const isLive = next.kind === 'live';
    if (isLive) wasLive.value = true;
    // It tells again who plays, unless it is nobody.
    for (const device of devices.value) {
      device.playedBy(isLive ? [] : undefined);
      if (!isLive) device.phone.away();
    }
    if (next.kind === 'refused') endAll();
  });
  listed(relay.devices);

  onChange([preferences.isSynchronous, preferences.trimMs], () => {
    for (const device of devices.value) device.listenAnew();
  });
  onChange([preferences.isVoice], () => {
    for (const device of devices.value) device.speakAnew();
  });

  return {
    relay,
    preferences,
    notices,
    state,
    wasLive,
    welcome,
    devices,
    syncLatencyMs,
    nowMs: sound.nowMs,
    whyNot: (right) => whyNotInWords(role.value, right),
    chosen: computed(() => chosenOf(devices.value, preferences.device.value)),
    needsGesture: computed(() =>
      devices.value.some(({ listening }) => listening.value?.state.value === 'needsGesture'),
    ),
    rung: computed(() =>
      devices.value.find(({ phone }) => phone.state.value.call.kind === 'ringing'),
    ),
    choose(device) {
      preferences.device.value = device.listing.value.name;
    },
    resumeAll() {
      for (const { listening } of devices.value) void listening.value?.player.resume();
    },
  };
}

function chosenOf(devices: readonly DeviceModel[], name: string): DeviceModel | undefined {
  const named = (wanted: string) => devices.find(({ listing }) => listing.value.name === wanted);
  const plain = devices.find(({ listing }) => !listing.value.hasPhoneLine);
  return named(name) ?? named(USUAL_DEVICE) ?? plain ?? devices[0];
}

/** Calls back when one of the settings has changed. */
function onChange(settings: readonly ReadonlySignal<unknown>[], callback: () => void): void {
  let isFirst = true;
  effect(() => {
    for (const { value } of settings) void value;
    if (!isFirst) untracked(callback);
    isFirst = false;
  });
}
