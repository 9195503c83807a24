// How a device is set: gains, inputs and outputs, pass-through and gain control; for everybody who uses it.
import type { DeviceModel } from '../model/device.ts';
import { signedInWords } from '../words/in-words.ts';
import { whyNotSentence } from '../words/role-words.ts';
import { inputBits, isOn, outputBits, type SwitchBit, withBit } from '../words/switches.ts';
import { Slider } from './slider.tsx';
import { Switch } from './switch.tsx';

export function DeviceSettingsPart({ device }: { device: DeviceModel }) {
  const { name, settings } = device.listing.value;
  const { inputs, outputs, passThrough } = settings;
  const whyNot = device.whyNot('control');
  return (
    <details class="settings">
      <summary>
        Settings<span class="unseen"> of {name}</span>
      </summary>
      <fieldset class="settings-body" disabled={whyNot !== undefined}>
        <p class="quiet">
          {whyNot === undefined
            ? 'They hold for everybody who uses this device.'
            : whyNotSentence(whyNot)}
        </p>
        <Gain
          label="Output gain"
          gain={settings.outputGain}
          onSet={(outputGainDb) => device.change({ outputGainDb })}
        />
        <Gain
          label="Input gain"
          gain={settings.inputGain}
          onSet={(inputGainDb) => device.change({ inputGainDb })}
        />
        <Mask
          legend="Programs record"
          bits={inputBits(inputs.bitCount)}
          mask={inputs.mask}
          onSet={(inputMask) => device.change({ inputMask })}
        />
        <Mask
          legend="What is played goes to"
          bits={outputBits(outputs.bitCount)}
          mask={outputs.mask}
          onSet={(outputMask) => device.change({ outputMask })}
        />
        {passThrough.bitCount > 0 && (
          <Switch
            label="Pass-through"
            doc="Microphones are heard directly"
            isOn={isOn(passThrough.mask, 0)}
            onSwitch={(on) => device.change({ passThroughMask: withBit(passThrough.mask, 0, on) })}
          />
        )}
        <Switch
          label="Automatic gain control"
          doc="Evens out loud and soft voices"
          isOn={settings.isGainControlOn}
          onSwitch={(isGainControlOn) => device.change({ isGainControlOn })}
        />
      </fieldset>
    </details>
  );
}

interface GainProps {
  readonly label: string;
  readonly gain: { readonly gainDb: number; readonly minDb: number; readonly maxDb: number };
  readonly onSet: (gainDb: number) => void;
}

function Gain({ label, gain, onSet }: GainProps) {
  return (
    <Slider
      label={label}
      min={gain.minDb}
      max={gain.maxDb}
      step={1}
      value={gain.gainDb}
      inWords={(gainDb) => signedInWords(gainDb, 'dB')}
      onSet={onSet}
    />
  );
}

interface MaskProps {
  readonly legend: string;
  readonly bits: readonly SwitchBit[];
  readonly mask: number;
  readonly onSet: (mask: number) => void;
}

function Mask({ legend, bits, mask, onSet }: MaskProps) {
  if (bits.length === 0) return null;
  return (
    <fieldset>
      <legend>{legend}</legend>
      {bits.map(({ bit, name, doc }) => (
        <Switch
          key={bit}
          label={name}
          doc={doc}
          isOn={isOn(mask, bit)}
          onSwitch={(on) => onSet(withBit(mask, bit, on))}
        />
      ))}
    </fieldset>
  );
}
