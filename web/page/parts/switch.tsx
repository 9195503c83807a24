// A switch with a name, and a few words on what it does.
import { useId } from 'preact/hooks';

export interface SwitchProps {
  readonly label: string;
  readonly doc?: string;
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

export function Switch({ label, doc, isOn, onSwitch }: SwitchProps) {
  const id = useId();
  return (
    <div class="switch">
      <input
        id={id}
        type="checkbox"
        checked={isOn}
        aria-describedby={doc === undefined ? undefined : `${id}-doc`}
        onChange={({ currentTarget }) => onSwitch(currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {doc !== undefined && (
        <small id={`${id}-doc`} class="quiet">
          {doc}
        </small>
      )}
    </div>
  );
}
