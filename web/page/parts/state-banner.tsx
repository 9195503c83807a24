// Says how things stand with the gateway; people who cannot see it are told when that changes. While all is
// well only they are.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RelayState } from '../../audio/face.ts';
import type { GatewayModel } from '../model/gateway.ts';
import { countdownInWords, relayWords } from '../words/state-words.ts';

const COUNTDOWN_MS = 500;

export function StateBanner({ gateway }: { gateway: GatewayModel }) {
  const state = gateway.state.value;
  const words = relayWords(state, gateway.wasLive.value);
  return (
    <section class={`banner ${words.tone}`} aria-label="State of the gateway">
      <span class="lamp" aria-hidden="true" />
      <div>
        <p class="headline" role="status" aria-live="polite">
          {words.happened}
        </p>
        <p>
          {words.means} {words.toDo}
        </p>
        {state.kind === 'waiting' && <Waiting state={state} gateway={gateway} />}
        {state.kind === 'refused' && <p class="quiet">The gateway said: {state.reason}</p>}
      </div>
    </section>
  );
}

interface WaitingProps {
  readonly state: Extract<RelayState, { kind: 'waiting' }>;
  readonly gateway: GatewayModel;
}

function Waiting({ state, gateway }: WaitingProps) {
  const nowMs = useSignal(gateway.nowMs());
  useEffect(() => {
    const timer = setInterval(() => {
      nowMs.value = gateway.nowMs();
    }, COUNTDOWN_MS);
    return () => clearInterval(timer);
  }, [gateway, nowMs]);
  return (
    <p class="retry">
      <button type="button" onClick={() => gateway.relay.retry()}>
        Retry now
      </button>
      <span class="quiet">{countdownInWords(state.retryAtMs, nowMs.value)}</span>
    </p>
  );
}
