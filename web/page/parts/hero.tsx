// The two large buttons, for the chosen device, and the volume of everything.
import { useId } from 'preact/hooks';
import type { DeviceModel } from '../model/device.ts';
import type { GatewayModel } from '../model/gateway.ts';
import { percentInWords } from '../words/in-words.ts';
import { whyNotSentence } from '../words/role-words.ts';
import { gestureNeeded, microphoneTrouble } from '../words/state-words.ts';
import { Bars, Icon } from './icons.tsx';
import {
  isSpeaking,
  listenDetail,
  listenKind,
  listenLabels,
  speakDetail,
  speakLabel,
  toggleListening,
  toggleSpeaking,
} from './listen-words.ts';
import { Slider } from './slider.tsx';
import { Switch } from './switch.tsx';
import { TroubleBox } from './trouble.tsx';

export function Hero({ gateway }: { gateway: GatewayModel }) {
  const device = gateway.chosen.value;
  const whyNotSpeak = device?.whyNot('speak');
  return (
    <section class="hero" aria-label="Listen and speak">
      {gateway.needsGesture.value && (
        <TroubleBox words={gestureNeeded}>
          <button type="button" class="primary" onClick={() => gateway.resumeAll()}>
            Press to hear
          </button>
        </TroubleBox>
      )}
      <div class="big-buttons">
        <ListenButton device={device} />
        <SpeakButton device={device} />
      </div>
      <div class="hero-row">
        <DeviceChoice gateway={gateway} />
        <MasterVolume gateway={gateway} />
        <Switch
          label="Clean up my voice"
          doc="Takes out echo and noise; spoils music"
          isOn={gateway.preferences.isVoice.value}
          onSwitch={(isOn) => {
            gateway.preferences.isVoice.value = isOn;
          }}
        />
      </div>
      {whyNotSpeak !== undefined && <p class="hint quiet">{whyNotSentence(whyNotSpeak)}</p>}
      {!isSecureContext && (
        <p class="hint quiet">
          {microphoneTrouble.insecure.happened} {microphoneTrouble.insecure.means}{' '}
          {microphoneTrouble.insecure.toDo}
        </p>
      )}
    </section>
  );
}

function ListenButton({ device }: { device: DeviceModel | undefined }) {
  const kind = device ? listenKind(device) : 'off';
  const isPlaying = device?.listening.value?.state.value === 'playing';
  return (
    <button
      type="button"
      class={`big listen ${kind}`}
      disabled={!device}
      aria-label={`${listenLabels[kind]} to ${device?.listing.value.name ?? 'a device'}`}
      onClick={() => device && toggleListening(device)}
    >
      <span class="disc">{isPlaying ? <Bars /> : <Icon name="listen" />}</span>
      <span class="big-label">
        {listenLabels[kind]}
        <span class="key-cap" aria-hidden="true">
          L
        </span>
      </span>
      <span class="big-detail">{device ? listenDetail(device) : 'No device yet'}</span>
    </button>
  );
}

function SpeakButton({ device }: { device: DeviceModel | undefined }) {
  const isOn = device !== undefined && isSpeaking(device);
  const whyNot = device?.whyNot('speak');
  return (
    <button
      type="button"
      class={isOn ? 'big speak on' : 'big speak off'}
      disabled={!device || whyNot !== undefined}
      title={whyNot}
      aria-label={`${speakLabel(isOn)} into ${device?.listing.value.name ?? 'a device'}`}
      onClick={() => device && toggleSpeaking(device)}
    >
      <span class="disc">
        <Icon name="speak" />
      </span>
      <span class="big-label">
        {speakLabel(isOn)}
        <span class="key-cap" aria-hidden="true">
          S
        </span>
      </span>
      <span class="big-detail">{whyNot ?? (device ? speakDetail(device) : 'No device yet')}</span>
    </button>
  );
}

function DeviceChoice({ gateway }: { gateway: GatewayModel }) {
  const id = useId();
  const devices = gateway.devices.value;
  return (
    <div class="choice">
      <label for={id}>Device</label>
      <select
        id={id}
        value={gateway.chosen.value?.number}
        disabled={devices.length === 0}
        onChange={({ currentTarget }) => {
          const device = devices.find(({ number }) => String(number) === currentTarget.value);
          if (device) gateway.choose(device);
        }}
      >
        {devices.map(({ number, listing }) => (
          <option key={number} value={number}>
            {listing.value.name}
          </option>
        ))}
      </select>
    </div>
  );
}

function MasterVolume({ gateway }: { gateway: GatewayModel }) {
  const { masterVolume, isMuted } = gateway.preferences;
  return (
    <div class="volume">
      <button
        type="button"
        class="round"
        aria-pressed={isMuted.value}
        aria-label="Mute everything"
        onClick={() => {
          isMuted.value = !isMuted.value;
        }}
      >
        <Icon name={isMuted.value ? 'muted' : 'listen'} />
      </button>
      <Slider
        label={
          <>
            <span class="unseen">Master </span>Volume
          </>
        }
        min={0}
        max={1}
        step={0.01}
        value={masterVolume.value}
        inWords={(value) => (isMuted.value ? 'muted' : percentInWords(value))}
        onMove={(value) => {
          masterVolume.value = value;
        }}
      />
    </div>
  );
}
