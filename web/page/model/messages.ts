// The messages that callers left on an answering machine, as the gateway lists them.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { VoiceMessage } from '#shared/relay/voice-message';
import { messageNotDeleted } from '../words/phone-words.ts';
import { ask, askFor } from './ask.ts';
import type { Notices } from './notices.ts';
import type { Preferences } from './preferences.ts';

/** What keeps the messages. */
export interface MessageStore {
  /** Undefined where the gateway keeps none. */
  list(): Promise<readonly VoiceMessage[] | undefined>;
  remove(id: string): Promise<void>;
  urlOf(id: string): string;
}

export interface Messages {
  /** The newest first; undefined before the first answer, and where the gateway keeps none. */
  readonly list: ReadonlySignal<readonly VoiceMessage[] | undefined>;
  readonly newCount: ReadonlySignal<number>;
  isNew(id: string): boolean;
  urlOf(id: string): string;
  /** Asks again; an answer that does not come changes nothing. */
  refresh(): Promise<void>;
  heard(id: string): void;
  /** Says so where it cannot be. */
  remove(id: string): Promise<void>;
}

export function createMessages(
  store: MessageStore,
  { heardMessages }: Pick<Preferences, 'heardMessages'>,
  notices: Notices,
): Messages {
  const list = signal<readonly VoiceMessage[] | undefined>(undefined);
  const isNew = (id: string) => !heardMessages.value.includes(id);

  /** What is gone need not be remembered. */
  function forgetGone(there: readonly VoiceMessage[]): void {
    const ids = new Set(there.map(({ id }) => id));
    const kept = heardMessages.value.filter((id) => ids.has(id));
    if (kept.length < heardMessages.value.length) heardMessages.value = kept;
  }

  const messages: Messages = {
    list,
    newCount: computed(() => list.value?.filter(({ id }) => isNew(id)).length ?? 0),
    isNew,
    urlOf: store.urlOf,
    async refresh() {
      try {
        const listed = await store.list();
        list.value = listed && newestFirst(listed);
        if (listed) forgetGone(listed);
      } catch {
        // The relay says what is wrong, and this is asked again when it is not.
      }
    },
    heard(id) {
      if (isNew(id)) heardMessages.value = [...heardMessages.value, id];
    },
    async remove(id) {
      try {
        await store.remove(id);
        list.value = list.value?.filter((message) => message.id !== id);
      } catch (error) {
        notices.add(messageNotDeleted(error instanceof Error ? error.message : String(error)));
      }
      await messages.refresh();
    },
  };
  return messages;
}

function newestFirst(messages: readonly VoiceMessage[]): readonly VoiceMessage[] {
  return [...messages].sort((one, other) => other.receivedAt.localeCompare(one.receivedAt));
}

const urlOf = (id: string): string => `api/messages/${encodeURIComponent(id)}`;

export const gatewayMessages: MessageStore = {
  urlOf,
  async list() {
    const answer = await askFor<{ readonly messages: readonly VoiceMessage[] }>('api/messages');
    return answer?.messages;
  },
  async remove(id) {
    // Where there is none it is gone, whoever deleted it.
    await ask(urlOf(id), 'DELETE');
  },
};
