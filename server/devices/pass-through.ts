// Pass-through: what a device hears is put on what it plays, or, where two devices share one switch (as
// the telephone and the local device of the original did), on what the other one plays.
import { createSwitches } from './controls.ts';
import type { Switches } from './face.ts';
import type { VirtualDevice } from './virtual-device.ts';

/** How far the sound of one source has been passed on. */
export interface PassedSound {
  /** Where its last block ended; undefined where none was passed on. */
  nextFrame: number | undefined;
  /** How much later than heard it is played, so as not to come too late. */
  delayFrames: number;
}

export interface PassThrough {
  /** Bit 0. */
  readonly switches: Switches;
  /** Passes on what a source of `device` hears, if it is switched on. */
  pass(
    device: VirtualDevice,
    passed: PassedSound,
    startFrame: number,
    samples: Int16Array,
    frameCount: number,
  ): void;
}

/** From `one` to `other` and back; the two may be the same. */
export function createPassThrough(
  one: VirtualDevice,
  other: VirtualDevice,
  changed: () => void,
): PassThrough {
  const switches = createSwitches({ bitCount: 1, mask: 0, changed });
  return {
    switches,
    pass(device, passed, startFrame, samples, frameCount) {
      if (switches.mask === 0 || !device.hearsMicrophones) {
        passed.nextFrame = undefined;
        return;
      }
      const target = device === one ? other : one;
      const heardFrame = startFrame + device.offsetIn(target);
      // The delay only grows while the sound goes on, so that blocks join without an overlap.
      if (startFrame !== passed.nextFrame) passed.delayFrames = 0;
      passed.delayFrames = Math.max(passed.delayFrames, target.nowFrame() - heardFrame);
      passed.nextFrame = startFrame + frameCount;
      const { gainDb } = device.inputGain;
      const playFrame = heardFrame + passed.delayFrames;
      target.play(playFrame, samples, frameCount, { preempt: false, gainDb });
    },
  };
}
