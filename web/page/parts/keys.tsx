// Keys that work anywhere on the page, and their list.
import { useEffect } from 'preact/hooks';
import type { DeviceModel } from '../model/device.ts';
import type { GatewayModel } from '../model/gateway.ts';
import { type Shortcut, shortcutDocs, shortcutOf } from '../words/shortcuts.ts';
import { cardId } from './device-card.tsx';
import { toggleListening, toggleSpeaking } from './listen-words.ts';
import { Switch } from './switch.tsx';

export interface KeyActions {
  readonly gateway: GatewayModel;
  readonly onWhy: (device: DeviceModel) => void;
}

export function useKeys({ gateway, onWhy }: KeyActions): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!gateway.preferences.hasShortcuts.value) return;
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      const isTyping = isTypedIn(event.target);
      const shortcut = shortcutOf({ key, ctrlKey, altKey, metaKey, repeat, isTyping });
      if (shortcut) perform(shortcut, gateway, onWhy);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [gateway, onWhy]);
}

function perform(shortcut: Shortcut, gateway: GatewayModel, onWhy: KeyActions['onWhy']): void {
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
