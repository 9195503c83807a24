// A labelled slider. It may tell of every step, or only of where it is let go.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId } from 'preact/hooks';

export interface SliderProps {
  readonly label: ComponentChildren;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  readonly inWords: (value: number) => string;
  /** While it is moved. */
  readonly onMove?: (value: number) => void;
  /** Where it is let go, and for each step by keys. */
  readonly onSet?: (value: number) => void;
}

export function Slider({ label, min, max, step, value, inWords, onMove, onSet }: SliderProps) {
  const id = useId();
  /** Where it is held, until the value follows. */
  const held = useSignal<number | undefined>(undefined);
  useEffect(() => {
    held.value = undefined;
  }, [value, held]);
  const shown = held.value ?? value;
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={shown}
        aria-valuetext={inWords(shown)}
        onInput={({ currentTarget }) => {
          held.value = currentTarget.valueAsNumber;
          onMove?.(currentTarget.valueAsNumber);
        }}
        onChange={({ currentTarget }) => onSet?.(currentTarget.valueAsNumber)}
      />
      <output for={id} aria-hidden="true">
        {inWords(shown)}
      </output>
    </div>
  );
}
