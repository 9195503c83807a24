// What a telephone line tells a program, as tests read it.
import type { AudioEvent } from '#shared/client/index';

/** Such as `PhoneRing 1`, and `5 down` of a key. */
export function phoneEventInWords(event: AudioEvent): string {
  if (event.event === 'PhoneDTMF') return `${String.fromCharCode(event.digit)} ${event.state}`;
  return 'state' in event ? `${event.event} ${event.state}` : event.event;
}
