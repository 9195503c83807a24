// Says how things stand with the gateway; people who cannot see it are told when that changes. While all is
// well only they are.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RelayState } from '../../audio/face.ts';
import type { GatewayModel } from '../model/gateway.ts';
import { countdownInWords, refusalDeed, relayWords } from '../words/state-words.ts';
import { useNow } from './use-now.ts';

const COUNTDOWN_MS = 500;

export interface StateBannerProps {
  readonly gateway: GatewayModel;
  /** Asks the gateway for the page anew: it lets in, or says at the door why not. */
  readonly reload: () => void;
}

export function StateBanner({ gateway, reload }: StateBannerProps) {
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
        {state.kind === 'refused' && <Refused state={state} reload={reload} />}
      </div>
    </section>
  );
}

interface WaitingProps {
  readonly state: Extract<RelayState, { kind: 'waiting' }>;
  readonly gateway: GatewayModel;
}

function Waiting({ state, gateway }: WaitingProps) {
  const nowMs = useNow(gateway.nowMs, COUNTDOWN_MS);
  return (
    <p class="retry">
      <button type="button" onClick={() => gateway.relay.retry()}>
        Retry now
      </button>
      <span class="quiet">{countdownInWords(state.retryAtMs, nowMs)}</span>
    </p>
  );
}

interface RefusedProps {
  readonly state: Extract<RelayState, { kind: 'refused' }>;
  readonly reload: () => void;
}

function Refused({ state, reload }: RefusedProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // Whatever had the focus is no longer there.
    if (document.activeElement === document.body) button.current?.focus();
  }, []);
  return (
    <>
      <p class="quiet">The gateway said: {state.reason}</p>
      <p class="retry">
        <button type="button" class="primary" ref={button} onClick={reload}>
          {refusalDeed(state.code)}
        </button>
      </p>
    </>
  );
}
