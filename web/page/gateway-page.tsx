// The whole page: whether the gateway answers, what it runs, and how to try it.
import { Devices } from './devices.tsx';
import { Doors } from './doors.tsx';
import type { GatewayWatch } from './gateway-watch.ts';
import { HowToTry } from './how-to-try.tsx';
import { PresenceBanner } from './presence-banner.tsx';

export interface GatewayPageProps {
  readonly watch: GatewayWatch;
  /** The host in the page's own address: programs on this machine reach the gateway by it. */
  readonly pageHost: string;
}

export function GatewayPage({ watch, pageHost }: GatewayPageProps) {
  const status = watch.status.value;
  return (
    <main>
      <header>
        <h1>AudioFile gateway</h1>
        <p class="lead">
          A sound server for the network: programs play and record through it over the AudioFile
          protocol.
        </p>
      </header>
      <PresenceBanner watch={watch} />
      {status && (
        <div class={watch.presence.value === 'gone' ? 'sections stale' : 'sections'}>
          <Devices devices={status.devices} />
          <Doors status={status} />
          <HowToTry status={status} pageHost={pageHost} />
        </div>
      )}
    </main>
  );
}
