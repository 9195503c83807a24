// How things stand when a page with stand-ins for its engines opens: the test says it with the global `fakeStart`.
import type { DeviceListing } from '#shared/relay/control';
import type { MicrophoneState, PlayerState, RelayState } from '#web/audio/face';

export interface FakeStart {
  readonly relay?: RelayState;
  readonly devices?: readonly DeviceListing[];
  readonly player?: PlayerState;
  readonly microphone?: MicrophoneState;
}

export const start = (): FakeStart => (globalThis as { fakeStart?: FakeStart }).fakeStart ?? {};
