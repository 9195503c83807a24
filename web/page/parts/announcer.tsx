// Tells people who cannot see the page what it hears and says now; silent about everything that changes by
// itself all the time.
import type { GatewayModel } from '../model/gateway.ts';
import { recordSourceWords } from '../words/record-words.ts';

export function Announcer({ gateway }: { gateway: GatewayModel }) {
  const devices = gateway.devices.value;
  const heard = devices.filter(({ listening }) => listening.value).map(nameOf);
  const spoken = devices
    .filter(({ speaking }) => speaking.value?.state.value.kind === 'live')
    .map(nameOf);
  const recorded = devices.flatMap(({ listing, recording }) =>
    recording.value ? [recordSourceWords[recording.value.source].inWords(listing.value.name)] : [],
  );
  return (
    <p class="unseen" role="log" aria-live="polite" aria-label="What this page does">
      {heard.length > 0 && `Listening to ${heard.join(', ')}. `}
      {spoken.length > 0 && `Your microphone is on: ${spoken.join(', ')}. `}
      {recorded.length > 0 && `Recording ${recorded.join(', ')}. `}
      {gateway.preferences.isMuted.value && 'Muted.'}
    </p>
  );
}

function nameOf({ listing }: GatewayModel['devices']['value'][number]): string {
  return listing.value.name;
}
