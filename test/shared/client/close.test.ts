// How a connection ends: by our wish, at once, or because the server is gone.
import { describe, expect, it } from 'vitest';
import { ConnectionError, connectAudioFile, createStreamPair } from '#shared/client/index';
import { connected, opcodesHeard, outcomeOf } from './support/connected.ts';
import { turn } from './support/scripted-peer.ts';

const SYNC = 27;

describe('closing', () => {
  it('waits until all that was asked is done, and is done once', async () => {
    const { connection, peer } = await connected();
    const nothing = connection.noOperation();
    const closing = connection.close();
    expect(connection.close()).toBe(closing);
    await turn();
    expect(opcodesHeard(peer)).toEqual([127, SYNC]);
    expect(peer.isClosed).toBe(false);
    await expect(connection.sync()).rejects.toMatchObject({ code: 'closed' });
    peer.sayReply(2);
    await Promise.all([nothing, closing]);
    await connection.close();
    expect((await connection.ended).code).toBe('closed');
    await turn();
    expect(peer.isClosed).toBe(true);
    await expect(connection.sync()).rejects.toThrow(/was closed here/);
  });

  it('is done as well when the server goes first', async () => {
    const { connection, peer } = await connected();
    const closing = connection.close();
    await turn();
    peer.hangUp();
    await closing;
    expect((await connection.ended).code).toBe('lost');
  });

  it('at once fails what is under way', async () => {
    const { connection, peer } = await connected();
    const synced = outcomeOf(connection.sync());
    connection.abort();
    connection.abort();
    expect(await synced).toMatchObject({ code: 'closed' });
    await connection.close();
    await turn();
    expect(peer.isClosed).toBe(true);
  });
});

describe('a server that goes', () => {
  it('in the middle of a reply fails everything under way with one clear error', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const calls = [context.getTime(), connection.noOperation(), connection.sync()].map(outcomeOf);
    await turn();
    peer.sayReply(1, peer.card32(1));
    peer.say(Uint8Array.of(1, 0, 3));
    peer.hangUp();
    const [time, ...failed] = await Promise.all(calls);
    expect(time).toBe(1);
    for (const error of failed) {
      expect(error).toBeInstanceOf(ConnectionError);
      expect(error).toMatchObject({
        code: 'lost',
        message: expect.stringMatching(/connect again/),
      });
    }
    await expect(connection.sync()).rejects.toMatchObject({ code: 'lost' });
    expect((await connection.ended).code).toBe('lost');
  });

  it('tells why, where the stream knows', async () => {
    const [near, far] = createStreamPair();
    const connecting = outcomeOf(connectAudioFile(near));
    far.receive({ bytes: () => far.close(), drained: () => {}, closed: () => {} });
    expect(await connecting).toMatchObject({ code: 'notAudioFile' });
  });
});
