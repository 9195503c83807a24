// One device: what it is, what plays on it, and what can be done with it.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { encodings } from '#shared/protocol/encodings';
import { Meter } from '../draw/meter.tsx';
import { Scope } from '../draw/scope.tsx';
import type { DeviceModel } from '../model/device.ts';
import type { Listening } from '../model/listening.ts';
import type { Picture, Preferences } from '../model/preferences.ts';
import type { Speaking } from '../model/speaking.ts';
import { playingInWords } from '../words/clients.ts';
import { channelsInWords, msInWords, rateInWords } from '../words/in-words.ts';
import { latencyMs } from '../words/latency.ts';
import { microphoneTrouble } from '../words/state-words.ts';
import { DeviceSettingsPart } from './device-settings.tsx';
import { DeviceVolume } from './device-volume.tsx';
import { FileAndRecord } from './file-and-record.tsx';
import { Icon } from './icons.tsx';
import {
  isSpeaking,
  listenDetail,
  listenKind,
  listenLabels,
  speakLabel,
  toggleListening,
  toggleSpeaking,
} from './listen-words.ts';
import { PhonePanel } from './phone-panel.tsx';
import { TroubleBox } from './trouble.tsx';

export interface DeviceCardProps {
  readonly device: DeviceModel;
  /** It has room for a picture of its sound also while nobody listens. */
  readonly isMain: boolean;
  readonly preferences: Preferences;
  readonly onWhy: (device: DeviceModel) => void;
  /** What else belongs to it, before its settings. */
  readonly children?: ComponentChildren;
}

/** Where the keys 0 to 9 lead. */
export function cardId(index: number): string {
  return `device-${index}`;
}

export function DeviceCard({ device, isMain, preferences, onWhy, children }: DeviceCardProps) {
  const { name, index, rateHz, channelCount, encoding, hasPhoneLine } = device.listing.value;
  const { isOwnListening, isOwnMicrophone } = device.phone.sound;
  const picture = preferences.picture.value;
  const listening = device.listening.value;
  const speaking = device.speaking.value;
  const clients = device.clients.value;
  const isPlayed = clients !== undefined && clients.length > 0;
  const isDropTarget = useSignal(false);
  const states = [
    hasPhoneLine && 'telephone',
    listening && 'listening',
    isSpeaking(device) && 'speaking',
  ];
  return (
    <article
      id={cardId(index)}
      class={['card', isDropTarget.value && 'target', ...states].filter(Boolean).join(' ')}
      tabIndex={-1}
      aria-labelledby={`${cardId(index)}-name`}
      data-device={device.number}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        isDropTarget.value = device.whyNot('control') === undefined;
      }}
      onDragLeave={() => {
        isDropTarget.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        isDropTarget.value = false;
        const file = event.dataTransfer?.files[0];
        if (file) device.playFile(file);
      }}
    >
      <header>
        <span class="index" title="Its number for AudioFile programs">
          <span class="unseen">Device </span>
          {index}
        </span>
        <h3 id={`${cardId(index)}-name`}>{name}</h3>
        <p class="facts quiet">
          {rateInWords(rateHz)} · {channelsInWords(channelCount)} ·{' '}
          <abbr title={encodings[encoding].doc}>{encodings[encoding].aliases[0]}</abbr>
        </p>
      </header>
      <p class={isPlayed ? 'who busy' : 'who quiet'}>
        <span class="lamp" aria-hidden="true" />
        {playingInWords(clients)}
      </p>
      {hasPhoneLine && <PhonePanel device={device} preferences={preferences} />}
      {listening && !isOwnListening.value && (
        <Hearing device={device} listening={listening} picture={picture} onWhy={onWhy} />
      )}
      {!listening && isMain && !hasPhoneLine && <NotHearing isPlayed={isPlayed} />}
      {speaking && !isOwnMicrophone.value && (
        <Saying name={name} speaking={speaking} onClose={() => device.stopSpeaking()} />
      )}
      {hasPhoneLine ? (
        <details class="settings">
          <summary>
            Listen, speak, play, record<span class="unseen"> on {name}</span>
          </summary>
          <Actions device={device} />
        </details>
      ) : (
        <Actions device={device} />
      )}
      {children}
      <DeviceSettingsPart device={device} />
      <p class="drop-hint" aria-hidden="true">
        Let go to play it on {name}
      </p>
    </article>
  );
}

function Actions({ device }: { device: DeviceModel }) {
  return (
    <div class="actions">
      <ListenButton device={device} />
      <SpeakButton device={device} />
      <FileAndRecord device={device} />
    </div>
  );
}

function ListenButton({ device }: { device: DeviceModel }) {
  const kind = listenKind(device);
  return (
    <button type="button" class={`listen ${kind}`} onClick={() => toggleListening(device)}>
      <Icon name={kind === 'on' ? 'stop' : 'listen'} />
      {listenLabels[kind]}
      <span class="unseen"> to {device.listing.value.name}</span>
    </button>
  );
}

function SpeakButton({ device }: { device: DeviceModel }) {
  const isOn = isSpeaking(device);
  const whyNot = device.whyNot('speak');
  return (
    <button
      type="button"
      class={isOn ? 'speak on' : 'speak off'}
      disabled={whyNot !== undefined}
      title={whyNot}
      onClick={() => toggleSpeaking(device)}
    >
      <Icon name={isOn ? 'stop' : 'speak'} />
      {speakLabel(isOn)}
      <span class="unseen"> into {device.listing.value.name}</span>
    </button>
  );
}

interface HearingProps extends Pick<DeviceCardProps, 'device' | 'onWhy'> {
  readonly listening: Listening;
  readonly picture: Picture;
}

function Hearing({ device, listening, picture, onWhy }: HearingProps) {
  const { name } = device.listing.value;
  const isPlaying = listening.state.value === 'playing';
  const report = listening.report.value;
  return (
    <div class="hearing">
      <div class="screen">
        <Scope listening={listening} picture={picture} />
        {!isPlaying && <p>{listenDetail(device)}</p>}
      </div>
      <Meter label={`Level of ${name}`} source={listening.player} isActive={isPlaying} />
      <div class="hearing-row">
        <DeviceVolume device={device} of={name} />
        <button type="button" class="plain why" onClick={() => onWhy(device)}>
          <Icon name="why" />
          {isPlaying && report && <b>{msInWords(latencyMs(report))}</b>}
          Why does it sound like this?
        </button>
      </div>
    </div>
  );
}

function NotHearing({ isPlayed }: { isPlayed: boolean }) {
  return (
    <div class="hearing">
      <div class="screen empty">
        <p>
          {isPlayed
            ? 'Something plays here: press Listen to hear it'
            : 'Press Listen, and what programs play is heard here'}
        </p>
      </div>
    </div>
  );
}

interface SayingProps {
  readonly name: string;
  readonly speaking: Speaking;
  readonly onClose: () => void;
}

function Saying({ name, speaking, onClose }: SayingProps) {
  const state = speaking.state.value;
  if (state.kind === 'failed') {
    return (
      <TroubleBox words={microphoneTrouble[state.code]}>
        {state.code === 'other' && state.message !== '' && <p class="quiet">{state.message}</p>}
        <button type="button" class="plain" onClick={onClose}>
          All right<span class="unseen">, put this away</span>
        </button>
      </TroubleBox>
    );
  }
  return (
    <div class="saying">
      <Icon name="speak" />
      <Meter
        label={`Level of your microphone on ${name}`}
        source={speaking.microphone}
        isActive={state.kind === 'live'}
      />
    </div>
  );
}
