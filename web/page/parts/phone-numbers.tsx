// The number under which this page is rung, and those of others.
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { MAX_NUMBER_DIGITS } from '#shared/relay/telephone';
import type { PhoneModel } from '../model/phone.ts';
import { numberSummary, numberWords } from '../words/phone-words.ts';

export function PhoneNumbers({ phone }: { readonly phone: PhoneModel }) {
  const state = phone.state.value;
  return (
    <details class="settings phone-numbers">
      <summary>{numberSummary(state)}</summary>
      <div class="numbers-body">
        <OwnNumber phone={phone} />
        <KnownNumbers phone={phone} />
      </div>
    </details>
  );
}

function OwnNumber({ phone }: { readonly phone: PhoneModel }) {
  const id = useId();
  const state = phone.state.value;
  const wanted = phone.wantedNumber.value;
  const typed = useSignal(wanted);
  const isKept = typed.value === state.number;
  const whyNot = phone.whyNot();
  useEffect(() => {
    typed.value = wanted;
  }, [wanted, typed]);
  return (
    <form
      class="own-number-form"
      onSubmit={(event) => {
        event.preventDefault();
        phone.takeNumber(typed.value);
      }}
    >
      <label for={id}>Rings here as number</label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autocomplete="off"
        pattern="[0-9]*"
        title="Digits only"
        maxLength={MAX_NUMBER_DIGITS}
        value={typed.value}
        aria-describedby={`${id}-doc`}
        aria-invalid={state.numberTrouble !== ''}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
        }}
      />
      <button type="submit" disabled={!state.line || isKept || whyNot !== undefined} title={whyNot}>
        {typed.value === '' && state.number !== '' ? 'Give back' : 'Take it'}
      </button>
      <small
        id={`${id}-doc`}
        class={state.numberTrouble === '' ? 'quiet' : 'refusal'}
        aria-live="polite"
      >
        {numberWords(state)}
      </small>
    </form>
  );
}

function KnownNumbers({ phone }: { readonly phone: PhoneModel }) {
  const { line, number: own } = phone.state.value;
  const telephones = line?.telephones ?? [];
  const lastNumberDialed = line?.lastNumberDialed ?? '';
  return (
    <>
      {telephones.length > 0 && (
        <>
          <h4>Who can be called</h4>
          <dl class="numbers">
            {telephones.map(({ number, pageName }) => (
              <div key={number}>
                <dt>{number}</dt>
                <dd>
                  {pageName}
                  {number === own && ' (this page)'}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {lastNumberDialed !== '' && (
        <p class="quiet">
          The last number that was dialed is <b>{lastNumberDialed}</b>.
        </p>
      )}
    </>
  );
}
