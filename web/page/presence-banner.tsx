// Says whether the gateway answers; people who cannot see it are told when that changes.
import type { GatewayWatch, Presence } from './gateway-watch.ts';
import { durationInWords } from './in-words.ts';

const headlines: Readonly<Record<Presence, string>> = {
  connecting: 'Asking the gateway …',
  running: 'The gateway is running',
  gone: 'The gateway does not answer',
};

export function PresenceBanner({ watch }: { watch: GatewayWatch }) {
  const presence = watch.presence.value;
  return (
    <section class={`banner ${presence}`} aria-label="State of the gateway">
      <span class="lamp" aria-hidden="true" />
      <div>
        <p class="headline" role="status" aria-live="polite">
          {headlines[presence]}
        </p>
        <p class="detail">
          <Detail watch={watch} />
        </p>
      </div>
    </section>
  );
}

function Detail({ watch }: { watch: GatewayWatch }) {
  const status = watch.status.value;
  const goneSince = watch.goneSince.value;
  if (goneSince) {
    return (
      <>
        Since {goneSince.toLocaleTimeString()}. It may have been stopped, or the network is down.
        This page tries again every two seconds.
      </>
    );
  }
  if (!status) return <>This page shows what it runs as soon as it answers.</>;
  return (
    <>
      Version {status.version}, up for {durationInWords(status.uptimeSeconds)}
    </>
  );
}
