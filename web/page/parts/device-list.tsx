// The cards of all devices, and how their sound is pictured.
import type { DeviceModel } from '../model/device.ts';
import type { GatewayModel } from '../model/gateway.ts';
import type { Messages } from '../model/messages.ts';
import type { Picture } from '../model/preferences.ts';
import { DeviceCard } from './device-card.tsx';
import { MessageList } from './message-list.tsx';

export interface DeviceListProps {
  readonly gateway: GatewayModel;
  readonly messages: Messages;
  readonly onWhy: (device: DeviceModel) => void;
}

export function DeviceList({ gateway, messages, onWhy }: DeviceListProps) {
  const chosen = gateway.chosen.value;
  // The chosen one comes first and is large, so that its sound is seen without scrolling.
  const devices = gateway.devices.value.filter((device) => device !== chosen);
  if (chosen) devices.unshift(chosen);
  // The answering machine stands beside the first telephone.
  const withMessages = gateway.devices.value.find(({ listing }) => listing.value.hasPhoneLine);
  const isAway = gateway.state.value.kind !== 'live';
  return (
    <section aria-labelledby="devices" class={isAway ? 'devices stale' : 'devices'}>
      <div class="devices-head">
        <h2 id="devices" tabIndex={-1}>
          Devices
        </h2>
        <PictureChoice gateway={gateway} />
      </div>
      {devices.length === 0 ? (
        <p class="quiet">
          {isAway ? 'They appear as soon as the gateway answers.' : 'This gateway has no devices.'}
        </p>
      ) : (
        <ul class="cards">
          {devices.map((device) => (
            <li key={device.number} class={placeOf(device, device === chosen)}>
              <DeviceCard
                device={device}
                isMain={device === chosen}
                preferences={gateway.preferences}
                onWhy={onWhy}
              >
                {device === withMessages && (
                  <MessageList
                    gateway={gateway}
                    messages={messages}
                    whyNotDelete={device.whyNot('control')}
                  />
                )}
              </DeviceCard>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function placeOf({ listing }: DeviceModel, isMain: boolean): string {
  if (isMain) return 'main';
  return listing.value.hasPhoneLine ? 'tall' : '';
}

const pictures: readonly { readonly picture: Picture; readonly name: string }[] = [
  { picture: 'waveform', name: 'Waveform' },
  { picture: 'spectrogram', name: 'Spectrogram' },
];

function PictureChoice({ gateway }: { gateway: GatewayModel }) {
  const chosen = gateway.preferences.picture;
  return (
    <fieldset class="pictures">
      <legend class="unseen">Picture of the sound</legend>
      {pictures.map(({ picture, name }) => (
        <label key={picture}>
          <input
            type="radio"
            name="picture"
            checked={chosen.value === picture}
            onChange={() => {
              chosen.value = picture;
            }}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
