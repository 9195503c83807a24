// The keys of a telephone. A key is down as long as it is held, by mouse, finger or keyboard.
import { DTMF_DIGITS } from '#shared/audio/dtmf';
import type { PhoneModel } from '../model/phone.ts';

/** As they have stood on keys since dials had letters. */
const letters: Readonly<Record<string, string>> = {
  ...{ 2: 'ABC', 3: 'DEF', 4: 'GHI', 5: 'JKL', 6: 'MNO', 7: 'PQRS', 8: 'TUV', 9: 'WXYZ' },
  ...{ 0: '+' },
};

const names: Readonly<Record<string, string>> = { '*': 'Star', '#': 'Hash' };

const COLUMNS = 4;

export interface KeypadProps {
  readonly phone: PhoneModel;
  /** With the fourth column, which telephones for people never had. */
  readonly hasLetterKeys: boolean;
}

export function Keypad({ phone, hasLetterKeys }: KeypadProps) {
  const digits = Array.from(DTMF_DIGITS).filter(
    (_, index) => hasLetterKeys || index % COLUMNS < COLUMNS - 1,
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid everywhere
    <div class={hasLetterKeys ? 'keypad four' : 'keypad'} role="group" aria-label="Keys">
      {digits.map((digit) => (
        <Key key={digit} phone={phone} digit={digit} />
      ))}
    </div>
  );
}

/** Presses a button, where it is not repeated. */
const isPressing = ({ key }: KeyboardEvent) => key === 'Enter' || key === ' ';

function Key({ phone, digit }: { readonly phone: PhoneModel; readonly digit: string }) {
  const isDown = phone.held.value.has(digit);
  const isHeard = phone.state.value.heardDown === digit;
  const small = letters[digit];
  const up = () => phone.keyUp(digit);
  return (
    <button
      type="button"
      class={['digit', isDown && 'down', isHeard && 'heard'].filter(Boolean).join(' ')}
      aria-label={names[digit] ?? digit}
      data-digit={digit}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // It is let go wherever the finger has slid to.
        event.currentTarget.setPointerCapture(event.pointerId);
        phone.keyDown(digit);
      }}
      onPointerUp={up}
      onPointerCancel={up}
      onLostPointerCapture={up}
      onBlur={up}
      onKeyDown={(event) => {
        if (!isPressing(event)) return;
        event.preventDefault();
        if (!event.repeat) phone.keyDown(digit);
      }}
      onKeyUp={(event) => {
        if (!isPressing(event)) return;
        event.preventDefault();
        up();
      }}
      // A press without pointer or key: a screen reader's or a voice's.
      onClick={({ detail }) => detail === 0 && phone.tapKey(digit)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {digit}
      {small !== undefined && <small aria-hidden="true">{small}</small>}
    </button>
  );
}
