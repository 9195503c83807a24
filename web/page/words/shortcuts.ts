// The keys that work anywhere on the page.

export type Shortcut =
  | { readonly does: 'listen' | 'speak' | 'mute' | 'why' }
  | { readonly does: 'goToDevice'; readonly index: number }
  | { readonly does: 'answer' | 'hangUp' | 'eraseDigit' }
  | { readonly does: 'phoneKey'; readonly digit: string };

export interface ShortcutDoc {
  readonly keys: string;
  readonly doc: string;
}

export const shortcutDocs: readonly ShortcutDoc[] = [
  {
    keys: 'L',
    doc: 'Listen, or stop: to the device whose card has the focus, else the chosen one',
  },
  { keys: 'S', doc: 'Speak, or stop, likewise' },
  { keys: 'M', doc: 'Mute everything, and back' },
  { keys: 'W', doc: 'Why does it sound like this?' },
  { keys: '0 … 9', doc: 'Go to the card of the device with that number' },
  { keys: 'Esc', doc: 'Close the panel at the side' },
  { keys: 'A', doc: 'Answer the telephone that rings' },
  { keys: 'H, Esc', doc: 'Hang up, or refuse the call that rings' },
  {
    keys: '0 … 9 * #',
    doc: 'The keys of the telephone, while a call is up or the focus is in it; held as long as they are',
  },
  { keys: '⌫', doc: 'Take back a digit that is to be dialed, while the focus is in the telephone' },
];

const letters: Readonly<Record<string, Shortcut>> = {
  l: { does: 'listen' },
  s: { does: 'speak' },
  m: { does: 'mute' },
  w: { does: 'why' },
};

/** What a telephone is in the middle of; `meant`: nothing, but the focus is in it. */
export type PhoneUse = 'none' | 'meant' | 'rung' | 'called' | 'up';

type PhoneKeys = Readonly<Record<string, Shortcut>>;

const digitKeys: PhoneKeys = Object.fromEntries(
  Array.from('0123456789*#', (digit) => [digit, { does: 'phoneKey', digit }]),
);
const hangUpKeys: PhoneKeys = { h: { does: 'hangUp' }, escape: { does: 'hangUp' } };

/** They come before what the keys mean otherwise. */
const phoneKeys: Readonly<Record<PhoneUse, PhoneKeys>> = {
  none: {},
  meant: { ...digitKeys, backspace: { does: 'eraseDigit' } },
  rung: { ...hangUpKeys, a: { does: 'answer' } },
  called: { ...digitKeys, ...hangUpKeys, backspace: { does: 'eraseDigit' } },
  up: { ...digitKeys, ...hangUpKeys },
};

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** The focus is where letters are typed or chosen by. */
  readonly isTyping: boolean;
  readonly phoneUse: PhoneUse;
}

export function shortcutOf(pressed: PressedKey): Shortcut | undefined {
  const { key, ctrlKey, altKey, metaKey, repeat, isTyping, phoneUse } = pressed;
  if (ctrlKey || altKey || metaKey || repeat || isTyping) return undefined;
  const name = key.toLowerCase();
  const ofPhone = phoneKeys[phoneUse];
  if (Object.hasOwn(ofPhone, name)) return ofPhone[name];
  if (/^[0-9]$/.test(key)) return { does: 'goToDevice', index: Number(key) };
  return Object.hasOwn(letters, name) ? letters[name] : undefined;
}
