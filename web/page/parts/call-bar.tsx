// A bar over the page, wherever it is scrolled to: for a telephone that rings, and for a call whose telephone is
// out of sight.
import type { DeviceModel } from '../model/device.ts';
import { Icon } from './icons.tsx';
import { CallClock } from './phone-display.tsx';

export interface CallBarProps {
  readonly device: DeviceModel;
  /** The telephone itself can be seen. */
  readonly isPhoneVisible: boolean;
  /** Gives the focus to the telephone, since the bar goes away. */
  readonly goToPhone: () => void;
}

export function CallBar({ device, isPhoneVisible, goToPhone }: CallBarProps) {
  const { phone } = device;
  const { name } = device.listing.value;
  const { kind } = phone.state.value.call;
  const andGo = (deed: () => void) => () => {
    deed();
    goToPhone();
  };
  if (kind === 'ringing') {
    return (
      <div class="call-bar ringing" role="alert">
        <Icon name="phone" />
        <p>
          <b>Ringing …</b> Somebody calls on {name}.
        </p>
        <button type="button" class="primary" onClick={andGo(phone.answer)}>
          Answer
        </button>
        <button type="button" class="hang-up" onClick={andGo(phone.hangUp)}>
          Refuse
        </button>
      </div>
    );
  }
  if (isPhoneVisible || (kind !== 'up' && kind !== 'calling')) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: nothing here is filled in
    <div class="call-bar" role="group" aria-label={`Call on ${name}`}>
      <Icon name="phone" />
      <p>
        {kind === 'up' ? `In a call on ${name}` : `Calling ${name} …`}
        {kind === 'up' && <CallClock phone={phone} />}
      </p>
      <button type="button" onClick={goToPhone}>
        Keys
      </button>
      <button type="button" class="hang-up" onClick={andGo(phone.hangUp)}>
        Hang up
      </button>
    </div>
  );
}
