// How loud a device is in this page.
import type { DeviceModel } from '../model/device.ts';
import { percentInWords } from '../words/in-words.ts';
import { Slider } from './slider.tsx';

interface DeviceVolumeProps {
  readonly device: DeviceModel;
  /** Stands behind “Volume” for those who do not see where it is. */
  readonly of: string;
}

export function DeviceVolume({ device, of }: DeviceVolumeProps) {
  return (
    <Slider
      label={
        <>
          Volume<span class="unseen"> of {of}</span>
        </>
      }
      min={0}
      max={1}
      step={0.01}
      value={device.volume.value}
      inWords={percentInWords}
      onMove={(position) => device.setVolume(position)}
    />
  );
}
