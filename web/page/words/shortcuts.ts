// The keys that work anywhere on the page.

export type Shortcut =
  | { readonly does: 'listen' | 'speak' | 'mute' | 'why' }
  | { readonly does: 'goToDevice'; readonly index: number };

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
];

const letters: Readonly<Record<string, Shortcut>> = {
  l: { does: 'listen' },
  s: { does: 'speak' },
  m: { does: 'mute' },
  w: { does: 'why' },
};

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** The focus is where letters are typed or chosen by. */
  readonly isTyping: boolean;
}

export function shortcutOf(pressed: PressedKey): Shortcut | undefined {
  const { key, ctrlKey, altKey, metaKey, repeat, isTyping } = pressed;
  if (ctrlKey || altKey || metaKey || repeat || isTyping) return undefined;
  if (/^[0-9]$/.test(key)) return { does: 'goToDevice', index: Number(key) };
  const letter = key.toLowerCase();
  return Object.hasOwn(letters, letter) ? letters[letter] : undefined;
}
