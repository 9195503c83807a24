// The telephone of a device: display, keys, and what is pressed to call, to answer and to hang up.
import { useRef } from 'preact/hooks';
import { Meter } from '../draw/meter.tsx';
import { useVisible } from '../draw/use-visible.ts';
import type { DeviceModel } from '../model/device.ts';
import { canCall, isBusy } from '../model/phone-state.ts';
import type { Preferences } from '../model/preferences.ts';
import { LISTENS_ONLY, phoneAnnouncement } from '../words/phone-words.ts';
import { microphoneTrouble } from '../words/state-words.ts';
import { CallBar } from './call-bar.tsx';
import { DeviceVolume } from './device-volume.tsx';
import { Icon } from './icons.tsx';
import { Keypad } from './keypad.tsx';
import { PhoneDisplay } from './phone-display.tsx';
import { PhoneNumbers } from './phone-numbers.tsx';
import { Switch } from './switch.tsx';

export interface PhonePanelProps {
  readonly device: DeviceModel;
  readonly preferences: Preferences;
}

export function PhonePanel({ device, preferences }: PhonePanelProps) {
  const { phone } = device;
  const { name } = device.listing.value;
  const panel = useRef<HTMLDivElement>(null);
  const hangUp = useRef<HTMLButtonElement>(null);
  const isVisible = useVisible(panel);
  const { hasLetterKeys } = preferences;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a telephone is no form */}
      <div ref={panel} class="phone" role="group" aria-label={`Telephone ${name}`} data-phone>
        <div class="phone-side">
          <PhoneDisplay phone={phone} />
          <div class="phone-buttons">
            <CallButton device={device} />
            <button
              ref={hangUp}
              type="button"
              class="hang-up"
              aria-disabled={!isBusy(phone.state.value.call)}
              onClick={() => phone.hangUp()}
            >
              <Icon name="hangUp" />
              {phone.state.value.call.kind === 'ringing' ? 'Refuse' : 'Hang up'}
              <span class="unseen"> on {name}</span>
            </button>
          </div>
          <CallSoundRow device={device} />
        </div>
        <div class="phone-keys">
          <Keypad phone={phone} hasLetterKeys={hasLetterKeys.value} />
          <Switch
            label="Keys A to D"
            isOn={hasLetterKeys.value}
            onSwitch={(isOn) => {
              hasLetterKeys.value = isOn;
            }}
          />
        </div>
      </div>
      <PhoneNumbers phone={phone} />
      <p class="unseen" aria-live="polite">
        {phoneAnnouncement(name, phone.state.value)}
      </p>
      <CallBar
        device={device}
        isPhoneVisible={isVisible}
        goToPhone={() => hangUp.current?.focus()}
      />
    </>
  );
}

/** It stays where it is in each state, so that the focus does, too. */
function CallButton({ device }: { readonly device: DeviceModel }) {
  const { phone } = device;
  const { name } = device.listing.value;
  const state = phone.state.value;
  const isRung = state.call.kind === 'ringing';
  const whyNot = phone.whyNot();
  return (
    <button
      type="button"
      class={isRung ? 'call rung' : 'call'}
      aria-disabled={!isRung && !canCall(state)}
      disabled={whyNot !== undefined}
      title={whyNot}
      onClick={() => (isRung ? phone.answer() : phone.call())}
    >
      <Icon name="phone" />
      {isRung ? 'Answer' : 'Call'}
      <span class="unseen">
        {isRung ? ' on' : ''} {name}
      </span>
    </button>
  );
}

/** What there is to see and to set of a call's sound, as far as the call brought it. */
function CallSoundRow({ device }: { readonly device: DeviceModel }) {
  const { phone } = device;
  const { name } = device.listing.value;
  const { isOwnListening, isOwnMicrophone, isMuted } = phone.sound;
  const speaking = device.speaking.value;
  const state = speaking?.state.value;
  return (
    <>
      {isOwnListening.value && <DeviceVolume device={device} of={`the call on ${name}`} />}
      {isOwnMicrophone.value && speaking && state?.kind === 'failed' && (
        <div class="call-microphone failed">
          <p>
            {microphoneTrouble[state.code].happened} {LISTENS_ONLY}
          </p>
          <button type="button" onClick={() => phone.sound.tryMicrophoneAgain()}>
            Try again<span class="unseen"> to open the microphone</span>
          </button>
        </div>
      )}
      {isOwnMicrophone.value && speaking && state?.kind !== 'failed' && (
        <div class="call-microphone">
          <button
            type="button"
            class="round"
            aria-pressed={isMuted.value}
            aria-label={`Mute my microphone on ${name}`}
            onClick={() => phone.sound.setMuted(!isMuted.value)}
          >
            <Icon name={isMuted.value ? 'microphoneOff' : 'speak'} />
          </button>
          <Meter
            label={`Level of your microphone on ${name}`}
            source={speaking.microphone}
            isActive={state?.kind === 'live' && !isMuted.value}
          />
        </div>
      )}
    </>
  );
}
