// Which gateway this is, and whether it is live.
import type { GatewayModel } from '../model/gateway.ts';
import type { AnsweredStatus, StatusWatch } from '../model/status.ts';
import { durationInWords } from '../words/in-words.ts';
import { relayWords } from '../words/state-words.ts';
import { Logo } from './icons.tsx';
import { useNow } from './use-now.ts';

const UPTIME_LOOK_MS = 1_000;

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
          {status && <Uptime gateway={gateway} status={status} />}
        </p>
      </div>
      <p class={`chip ${words.tone}`}>
        <span class="lamp" aria-hidden="true" />
        {words.short}
      </p>
    </header>
  );
}

/** How long it has run can be told only of a gateway that is there. */
function Uptime({ gateway, status }: { gateway: GatewayModel; status: AnsweredStatus }) {
  const nowMs = useNow(gateway.nowMs, UPTIME_LOOK_MS);
  const { kind } = gateway.state.value;
  const isGone = gateway.wasLive.value && kind !== 'live';
  if (kind === 'refused') return null;
  const seconds = status.uptimeSeconds + Math.max(0, nowMs - status.answeredMs) / 1_000;
  return <span class="uptime"> · {isGone ? 'away' : `up for ${durationInWords(seconds)}`}</span>;
}
