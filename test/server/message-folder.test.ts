// The folder of messages: what counts as one, in which order, and that nothing else can be reached.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_LISTED_MESSAGES, messageFolder } from '#server/message-folder';
import { defaultMessagesFolder } from '#server/state-folder';
import { messageId } from '#shared/relay/voice-message';
import { newFolder } from '#test/support/new-folder';

const OLD = '2026-11-20T13-45-10.250Z_12.4s';
const NEW = '2026-11-21T08-00-00.000Z_3.0s';
let root = '';
let folder = '';

beforeEach(() => {
  root = newFolder();
  folder = path.join(root, 'messages');
  mkdirSync(folder);
});

function put(name: string, content = 'sound'): void {
  writeFileSync(path.join(folder, name), content);
}

describe('a folder of messages', () => {
  it('lists them, the newest first, with what their names and sizes say', async () => {
    put(`${OLD}.wav`, '12345678');
    put(`${NEW}.wav`);
    expect(await messageFolder(folder).list()).toEqual([
      { id: NEW, receivedAt: '2026-11-21T08:00:00.000Z', durationSeconds: 3, byteCount: 5 },
      { id: OLD, receivedAt: '2026-11-20T13:45:10.250Z', durationSeconds: 12.4, byteCount: 8 },
    ]);
  });

  it('has nothing in it before the first message', async () => {
    expect(await messageFolder(path.join(root, 'none')).list()).toEqual([]);
  });

  it('shows neither unfinished messages, nor other files, nor links, nor folders', async () => {
    put(`.${OLD}.wav`);
    put(`${OLD}.wav.part`);
    put('greeting.wav');
    put('secret');
    symlinkSync('secret', path.join(folder, `${OLD}.wav`));
    mkdirSync(path.join(folder, `${NEW}.wav`));
    const messages = messageFolder(folder);
    expect(await messages.list()).toEqual([]);
    for (const id of [OLD, NEW, 'greeting', 'secret']) {
      expect(await messages.find(id)).toBeUndefined();
      expect(await messages.remove(id)).toBe(false);
    }
  });

  it('removes one message and no other', async () => {
    put(`${OLD}.wav`);
    put(`${NEW}.wav`);
    const messages = messageFolder(folder);
    expect(await messages.remove(OLD)).toBe(true);
    expect(await messages.remove(OLD)).toBe(false);
    expect((await messages.list()).map(({ id }) => id)).toEqual([NEW]);
  });

  it('lists no more than anybody hears', async () => {
    const ids = Array.from({ length: MAX_LISTED_MESSAGES + 2 }, (_, minute) =>
      messageId({ receivedAt: new Date(minute * 60_000).toISOString(), durationSeconds: 1 }),
    );
    for (const id of ids) put(`${id}.wav`);
    const listed = await messageFolder(folder).list();
    expect(listed.map(({ id }) => id)).toEqual(ids.slice(2).reverse());
  });

  it('is within the state of this user, unless it is told otherwise', () => {
    expect(defaultMessagesFolder({ XDG_STATE_HOME: '/states' })).toBe(
      '/states/audiofile-gateway/messages',
    );
    expect(defaultMessagesFolder({})).toMatch(/\.local\/state\/audiofile-gateway\/messages$/);
  });
});
