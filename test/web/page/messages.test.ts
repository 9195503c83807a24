// The messages of an answering machine, as the page keeps them.
import { beforeEach, describe, expect, it } from 'vitest';
import type { VoiceMessage } from '#shared/relay/voice-message';
import { createMessages, type MessageStore, type Messages } from '#web/page/model/messages';
import { createNotices, type Notices } from '#web/page/model/notices';
import { createPreferences, type Preferences } from '#web/page/model/preferences';

const message = (day: number): VoiceMessage => ({
  id: `m${day}`,
  receivedAt: `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`,
  ...{ durationSeconds: 4, byteCount: 32_044 },
});

let kept: VoiceMessage[] | undefined;
let failure: Error | undefined;
let notices: Notices;
let preferences: Preferences;
let messages: Messages;

const store: MessageStore = {
  urlOf: (id) => `messages/${id}`,
  async list() {
    if (failure) throw failure;
    return kept;
  },
  async remove(id) {
    if (failure) throw failure;
    kept = kept?.filter((each) => each.id !== id);
  },
};

beforeEach(() => {
  kept = [message(1), message(3), message(2)];
  failure = undefined;
  notices = createNotices();
  preferences = createPreferences({ getItem: () => null, setItem() {} });
  messages = createMessages(store, preferences, notices);
});

const ids = () => messages.list.value?.map(({ id }) => id);

describe('messages', () => {
  it('are listed with the newest first, and new until they were heard', async () => {
    await messages.refresh();
    expect(ids()).toEqual(['m3', 'm2', 'm1']);
    expect(messages.newCount.value).toBe(3);
    messages.heard('m2');
    messages.heard('m2');
    expect(preferences.heardMessages.value).toEqual(['m2']);
    expect(messages.newCount.value).toBe(2);
    expect(messages.isNew('m2')).toBe(false);
  });

  it('stay as they were while the gateway does not answer', async () => {
    await messages.refresh();
    failure = new Error('It is away.');
    await messages.refresh();
    expect(ids()).toHaveLength(3);
  });

  it('are none where the gateway keeps none', async () => {
    kept = undefined;
    await messages.refresh();
    expect(messages.list.value).toBeUndefined();
    expect(messages.newCount.value).toBe(0);
  });

  it('are forgotten when they are gone', async () => {
    await messages.refresh();
    messages.heard('m1');
    messages.heard('m3');
    await messages.remove('m3');
    expect(ids()).toEqual(['m2', 'm1']);
    expect(preferences.heardMessages.value).toEqual(['m1']);
  });

  it('say why they could not be deleted, and are still there', async () => {
    await messages.refresh();
    failure = new Error('The gateway answered 500.');
    await messages.remove('m3');
    expect(ids()).toHaveLength(3);
    expect(notices.list.value[0]?.words).toMatchObject({
      happened: 'The message could not be deleted.',
      means: 'The gateway answered 500.',
    });
  });
});
