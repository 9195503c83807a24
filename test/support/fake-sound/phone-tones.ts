// Stands in for what the telephone of a device sounds like by itself.
import type { PhoneTones } from '#web/audio/face';
import type { PhoneSignal } from '#web/audio/phone-signals';

export function createFakeTones() {
  const keysDown = new Set<string>();
  let signal: PhoneSignal | undefined;
  const tones: PhoneTones = {
    volume: 1,
    signal(name) {
      signal = name;
    },
    key(digit) {
      keysDown.add(digit);
      return () => keysDown.delete(digit);
    },
  };
  return {
    tones,
    get signal() {
      return signal;
    },
    get keysDown() {
      return [...keysDown].join('');
    },
  };
}
