// What the page remembers.
import { describe, expect, it } from 'vitest';
import { createPreferences, type PreferenceStore } from '#web/page/model/preferences';

function memory(text: string | null = null): PreferenceStore & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key, value) {
      this.text = value;
    },
  };
}

describe('preferences', () => {
  it('come back as they were left', () => {
    const store = memory();
    const preferences = createPreferences(store);
    preferences.device.value = 'codec';
    preferences.volumes.value = { codec: 0.25 };
    preferences.trimMs.value = -40;
    const again = createPreferences(store);
    expect(again.device.value).toBe('codec');
    expect(again.volumes.value).toEqual({ codec: 0.25 });
    expect(again.trimMs.value).toBe(-40);
    expect(again.masterVolume.value).toBe(1);
  });

  it.each(['no JSON', 'null', '[]', '7', '{"masterVolume":"loud"}', '{"masterVolume":9}'])(
    'fall back where the store holds %s',
    (text) => {
      const preferences = createPreferences(memory(text));
      expect(preferences.masterVolume.value).toBe(1);
      expect(preferences.picture.value).toBe('waveform');
    },
  );

  it('keep what fits beside what does not', () => {
    const preferences = createPreferences(memory('{"device":"hifi","volumes":{"hifi":2}}'));
    expect(preferences.device.value).toBe('hifi');
    expect(preferences.volumes.value).toEqual({});
  });

  it('do without a store that takes nothing', () => {
    const full: PreferenceStore = {
      getItem: () => null,
      setItem() {
        throw new Error('full');
      },
    };
    const preferences = createPreferences(full);
    preferences.isMuted.value = true;
    expect(preferences.isMuted.value).toBe(true);
  });
});
