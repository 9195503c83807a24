// What went wrong and is worth telling, until it is put away.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Trouble } from '../words/state-words.ts';

export interface Notice {
  readonly id: number;
  readonly words: Trouble;
}

export interface Notices {
  readonly list: ReadonlySignal<readonly Notice[]>;
  add(words: Trouble): void;
  putAway(id: number): void;
}

/** The oldest make room, so that a storm of troubles does not bury the page. */
const MAX_NOTICES = 3;

export function createNotices(): Notices {
  const list = signal<readonly Notice[]>([]);
  let nextId = 0;
  return {
    list,
    add(words) {
      const others = list.value.filter((notice) => notice.words.happened !== words.happened);
      list.value = [...others, { id: nextId++, words }].slice(-MAX_NOTICES);
    },
    putAway(id) {
      list.value = list.value.filter((notice) => notice.id !== id);
    },
  };
}
