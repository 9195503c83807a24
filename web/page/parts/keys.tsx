// Keys that work anywhere on the page, and their list.
import { useEffect } from 'preact/hooks';
import type { DeviceModel } from '../model/device.ts';
import type { GatewayModel } from '../model/gateway.ts';
import type { PhoneModel } from '../model/phone.ts';
import { type PhoneUse, type Shortcut, shortcutDocs, shortcutOf } from '../words/shortcuts.ts';
import { cardId } from './device-card.tsx';
import { toggleListening, toggleSpeaking } from './listen-words.ts';
import { Switch } from './switch.tsx';

export interface KeyActions {
  readonly gateway: GatewayModel;
  readonly onWhy: (device: DeviceModel) => void;
  /** Escape closes something else. */
  readonly hasPanel: boolean;
}

export function useKeys({ gateway, onWhy, hasPanel }: KeyActions): void {
  useEffect(() => {
    const held = new HeldKeys();
    const pressed = (event: KeyboardEvent) => {
      if (!gateway.preferences.hasShortcuts.value) return;
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      if (hasPanel && key === 'Escape') return;
      const isTyping = isTypedIn(event.target);
      const { device, use: phoneUse } = phoneInUse(gateway);
      const modifiers = { ctrlKey, altKey, metaKey, repeat };
      const shortcut = shortcutOf({ key, ...modifiers, isTyping, phoneUse });
      if (shortcut?.does === 'phoneKey') {
        if (device) held.press(event.code, device.phone, shortcut.digit);
      } else if (shortcut) perform(shortcut, gateway, device, onWhy);
    };
    const released = ({ code }: KeyboardEvent) => held.release(code);
    const left = () => held.releaseAll();
    addEventListener('keydown', pressed);
    addEventListener('keyup', released);
    addEventListener('blur', left);
    return () => {
      removeEventListener('keydown', pressed);
      removeEventListener('keyup', released);
      removeEventListener('blur', left);
      left();
    };
  }, [gateway, onWhy, hasPanel]);
}

/** Keys of the keyboard that hold down keys of a telephone, by their codes: a digit may need Shift. */
class HeldKeys {
  readonly #ends = new Map<string, () => void>();

  press(code: string, phone: PhoneModel, digit: string): void {
    this.release(code);
    phone.keyDown(digit);
    this.#ends.set(code, () => phone.keyUp(digit));
  }

  release(code: string): void {
    this.#ends.get(code)?.();
    this.#ends.delete(code);
  }

  releaseAll(): void {
    for (const code of [...this.#ends.keys()]) this.release(code);
  }
}

interface PhoneInUse {
  readonly device: DeviceModel | undefined;
  readonly use: PhoneUse;
}

/** The telephone that has the focus, or else the one that is busy. */
function phoneInUse(gateway: GatewayModel): PhoneInUse {
  const phones = gateway.devices.value.filter(({ listing }) => listing.value.hasPhoneLine);
  const isMeant = document.activeElement?.closest('[data-phone]');
  const focused = isMeant ? deviceInFocus(gateway) : undefined;
  const device = focused ?? phones.find(({ phone }) => phone.state.value.call.kind !== 'none');
  return { device, use: device ? useOf(device.phone) : 'none' };
}

function useOf({ state }: PhoneModel): PhoneUse {
  const { kind } = state.value.call;
  if (kind === 'none' || kind === 'ending') return 'meant';
  if (kind === 'ringing') return 'rung';
  return kind === 'up' ? 'up' : 'called';
}

function perform(
  shortcut: Exclude<Shortcut, { does: 'phoneKey' }>,
  gateway: GatewayModel,
  telephone: DeviceModel | undefined,
  onWhy: KeyActions['onWhy'],
): void {
  const device = deviceInFocus(gateway) ?? gateway.chosen.value;
  const { isMuted } = gateway.preferences;
  switch (shortcut.does) {
    case 'goToDevice':
      document.getElementById(cardId(shortcut.index))?.focus();
      break;
    case 'mute':
      isMuted.value = !isMuted.value;
      break;
    case 'listen':
      if (device) toggleListening(device);
      break;
    case 'speak':
      if (device) toggleSpeaking(device);
      break;
    case 'why':
      if (device) onWhy(device);
      break;
    case 'answer':
      telephone?.phone.answer();
      break;
    case 'hangUp':
      telephone?.phone.hangUp();
      break;
    case 'eraseDigit':
      telephone?.phone.erase();
      break;
  }
}

function deviceInFocus(gateway: GatewayModel): DeviceModel | undefined {
  const card = document.activeElement?.closest<HTMLElement>('[data-device]');
  return gateway.devices.value.find(({ number }) => String(number) === card?.dataset.device);
}

function isTypedIn(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.matches('select, textarea, input:not([type=range], [type=checkbox], [type=radio])');
}

export function KeyList({ gateway }: { gateway: GatewayModel }) {
  const { hasShortcuts } = gateway.preferences;
  return (
    <details class="fold">
      <summary>
        <h2>Keys</h2>
      </summary>
      <dl class="keys">
        {shortcutDocs.map(({ keys, doc }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{doc}</dd>
          </div>
        ))}
      </dl>
      <Switch
        label="Use these keys"
        doc="Switch it off if they get in the way of your screen reader or of dictation"
        isOn={hasShortcuts.value}
        onSwitch={(isOn) => {
          hasShortcuts.value = isOn;
        }}
      />
    </details>
  );
}
