// Pass-through: what a device hears is put on what it plays, or, where two devices share one switch (as
// the telephone and the local device of the original did), on what the other one plays.
import { createSwitches } from './controls.ts';
import type { Switches } from './face.ts';
import type { VirtualDevice } from './virtual-device.ts';

export interface PassThrough {
  /** Bit 0. */
  readonly switches: Switches;
  /** Gives a function that takes what one source on `device` hears. */
  addSource(
    device: VirtualDevice,
  ): (startFrame: number, samples: Int16Array, frameCount: number) => void;
}

/** From `one` to `other` and back; a device may be both. */
export function createPassThrough(one: VirtualDevice, other: VirtualDevice): PassThrough {
  const switches = createSwitches({ bitCount: 1, mask: 0 });
  return {
    switches,
    addSource(device) {
      const target = device === one ? other : one;
      // How much later than heard it must be played, so as not to come too late. It grows while the
      // sound goes on, so that blocks join without a gap or an overlap.
      let delayFrames = 0;
      let nextFrame: number | undefined;

      return (startFrame, samples, frameCount) => {
        if (switches.mask === 0 || !device.hearsMicrophones) {
          nextFrame = undefined;
          return;
        }
        if (startFrame !== nextFrame) delayFrames = 0;
        nextFrame = startFrame + frameCount;
        const heardFrame = startFrame + device.offsetIn(target);
        delayFrames = Math.max(delayFrames, target.nowFrame() - heardFrame);
        const { gainDb } = device.inputGain;
        target.play(heardFrame + delayFrames, samples, frameCount, { preempt: false, gainDb });
      };
    },
  };
}
