// The sound side's public face.
import { browserWorld } from './browser-world.ts';
import type { SoundSide } from './face.ts';
import { RelayMicrophone } from './microphone.ts';
import { ContextPhoneTones } from './phone-tones.ts';
import { RelayPlayer } from './player.ts';
import { RelayConnection } from './relay-connection.ts';

export type * from './face.ts';
export { type PlayFileOptions, playFile } from './file-player.ts';
export { gatewayUrl } from './gateway-urls.ts';
export { type HearDeviceOptions, hearDevice } from './heard-sound.ts';
export { outputContext } from './output.ts';
export { createRecorder, type Recorder, recordFrom } from './recorder.ts';

export const sound: SoundSide = {
  connect: (url, pageName) => new RelayConnection(url, pageName, browserWorld),
  play: (relay, device, options = {}) => new RelayPlayer(own(relay), device, options),
  speak: (relay, device, options = {}) => new RelayMicrophone(own(relay), device, options),
  createPhoneTones: () => new ContextPhoneTones(),
};

/** The clock of `retryAtMs`, and its timers. */
export const { nowMs, after } = browserWorld;

/** Streams need more of a relay than its face shows. */
function own(relay: unknown): RelayConnection {
  if (relay instanceof RelayConnection) return relay;
  throw new TypeError('This relay was not made by `connect`.');
}
