// The display of a telephone: the line, the call and its time, and the keys of both ends.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PhoneModel } from '../model/phone.ts';
import { clockTime } from '../words/in-words.ts';
import { callLength, lineTone, lineWords, phoneWords, spelled } from '../words/phone-words.ts';

export function PhoneDisplay({ phone }: { readonly phone: PhoneModel }) {
  const state = phone.state.value;
  const { call, line, typed, sent, heard, number } = state;
  const { headline, detail } = phoneWords(state, phone.whyNot());
  const isOver = call.kind === 'none' && call.ended !== undefined;
  const isSent = call.kind === 'up' || (isOver && typed === '');
  const digits = isSent ? sent : typed;
  return (
    <div class={`display ${call.kind}`}>
      <p class="display-top">
        <span class={`lamp ${lineTone(line)}`} aria-hidden="true" />
        {lineWords(line)}
        {number !== '' && <span class="own-number">This is {number}</span>}
      </p>
      <p class="display-call">
        <b>{headline}</b>
        {call.kind === 'up' ? <CallClock phone={phone} /> : <span>{callLength(state)}</span>}
      </p>
      <p class="display-detail">{detail}</p>
      <p class="display-digits">
        {digits !== '' && (
          <>
            <span class="unseen">
              {isSent ? 'You pressed' : 'To be dialed'} {spelled(digits)}
            </span>
            <span aria-hidden="true">{digits}</span>
          </>
        )}
      </p>
      <p class="display-heard">
        {heard !== '' && (
          <>
            Heard <span class="unseen">{spelled(heard)}</span>
            <span class="digits" aria-hidden="true">
              {heard}
            </span>
          </>
        )}
      </p>
    </div>
  );
}

const TICK_MS = 500;

/** It changes all the time, and is read aloud only when somebody goes to it. */
export function CallClock({ phone }: { readonly phone: PhoneModel }) {
  const seconds = useSignal(phone.seconds());
  useEffect(() => {
    const tick = () => {
      seconds.value = phone.seconds();
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [phone, seconds]);
  return (
    <span class="clock" role="timer" aria-label="Time of the call">
      {clockTime(seconds.value)}
    </span>
  );
}
