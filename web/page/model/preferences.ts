// What the page remembers in this browser. Each setting is a signal; a change is written at once.
import { effect, type Signal, signal } from '@preact/signals';
import * as z from 'zod/mini';
import { MAX_NUMBER_DIGITS } from '#shared/relay/telephone';

const KEY = 'audiofile-gateway';

const telephoneNumber = z.string().check(z.maxLength(MAX_NUMBER_DIGITS), z.regex(/^[0-9]+$/));
const share = z.number().check(z.gte(0), z.lte(1));

// A setting that does not fit, or is from another version, falls back by itself and spoils no other.
const schema = z.object({
  /** The name of the device of the large buttons; empty until one is chosen. */
  device: z.catch(z.string(), ''),
  masterVolume: z.catch(share, 1),
  isMuted: z.catch(z.boolean(), false),
  /** By the name of the device. */
  volumes: z.catch(z.record(z.string(), share), {}),
  /** The names of the devices that are listened to, also after a reload. */
  listening: z.catch(z.array(z.string()), []),
  picture: z.catch(z.enum(['waveform', 'spectrogram']), 'waveform'),
  isVoice: z.catch(z.boolean(), false),
  isSynchronous: z.catch(z.boolean(), false),
  trimMs: z.catch(z.number().check(z.gte(-500), z.lte(500)), 0),
  hasShortcuts: z.catch(z.boolean(), true),
  /** The number under which this page is rung, by the name of the telephone's device. */
  telephoneNumbers: z.catch(z.record(z.string(), telephoneNumber), {}),
  /** The keypad has the column A to D. */
  hasLetterKeys: z.catch(z.boolean(), false),
  /** The messages that were listened to, by their ids. */
  heardMessages: z.catch(z.array(z.string()), []),
});

type Stored = z.infer<typeof schema>;

export type Preferences = { readonly [K in keyof Stored]: Signal<Stored[K]> };

export type Picture = Stored['picture'];

export type PreferenceStore = Pick<Storage, 'getItem' | 'setItem'>;

export function createPreferences(store: PreferenceStore): Preferences {
  const stored = read(store);
  const preferences: Preferences = {
    device: signal(stored.device),
    masterVolume: signal(stored.masterVolume),
    isMuted: signal(stored.isMuted),
    volumes: signal(stored.volumes),
    listening: signal(stored.listening),
    picture: signal(stored.picture),
    isVoice: signal(stored.isVoice),
    isSynchronous: signal(stored.isSynchronous),
    trimMs: signal(stored.trimMs),
    hasShortcuts: signal(stored.hasShortcuts),
    telephoneNumbers: signal(stored.telephoneNumbers),
    hasLetterKeys: signal(stored.hasLetterKeys),
    heardMessages: signal(stored.heardMessages),
  };
  effect(() => {
    const values = Object.entries(preferences).map(([name, { value }]) => [name, value]);
    write(store, JSON.stringify(Object.fromEntries(values)));
  });
  return preferences;
}

function read(store: PreferenceStore): Stored {
  const { data } = schema.safeParse(parseJson(store.getItem(KEY)));
  return data ?? schema.parse({});
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Browsers may forbid storage or have none left; then nothing is remembered. */
function write(store: PreferenceStore, json: string): void {
  try {
    store.setItem(KEY, json);
  } catch {
    // Nothing depends on it.
  }
}

/** For pages whose browser keeps nothing for them. */
export function storeOf(page: { readonly localStorage: Storage }): PreferenceStore {
  try {
    return page.localStorage;
  } catch {
    return { getItem: () => null, setItem() {} };
  }
}
