// Which gateway this is, and whether it is live.
import type { GatewayModel } from '../model/gateway.ts';
import type { StatusWatch } from '../model/status.ts';
import { durationInWords } from '../words/in-words.ts';
import { relayWords } from '../words/state-words.ts';
import { Logo } from './icons.tsx';

export interface PageHeaderProps {
  readonly gateway: GatewayModel;
  readonly statusWatch: StatusWatch;
  readonly pageHost: string;
}

export function PageHeader({ gateway, statusWatch, pageHost }: PageHeaderProps) {
  const words = relayWords(gateway.state.value, gateway.wasLive.value);
  const status = statusWatch.status.value;
  const version = gateway.welcome.value?.gatewayVersion ?? status?.version;
  return (
    <header class="top">
      <Logo />
      <div>
        <h1>AudioFile gateway</h1>
        <p class="quiet">
          on <strong>{pageHost}</strong>
          {version !== undefined && ` · version ${version}`}
          {status && <span class="uptime"> · up for {durationInWords(status.uptimeSeconds)}</span>}
        </p>
      </div>
      <p class={`chip ${words.tone}`}>
        <span class="lamp" aria-hidden="true" />
        {words.short}
      </p>
    </header>
  );
}
