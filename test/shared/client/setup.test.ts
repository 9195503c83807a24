// How a connection begins: accepted, refused, or not with an AudioFile server at all.
import { describe, expect, it } from 'vitest';
import { ConnectionError } from '#shared/client/errors';
import { connectAudioFile } from '#shared/client/index';
import { acceptedBytes, connected, outcomeOf } from './support/connected.ts';
import { bytesOf, conversationsOf, goldenFiles } from './support/golden.ts';
import { peerAndStream, turn } from './support/scripted-peer.ts';

const stop = new Error('enough');

describe('the set-up', () => {
  it.each([true, false])(
    'tells of the server and its devices (little endian: %s)',
    async (isLittle) => {
      const { connection } = await connected(isLittle);
      expect(connection.vendor).toBe('Digital Cambridge Research Lab');
      expect(connection.release).toBe(3);
      expect(connection.devices.map(({ index, playEncoding }) => [index, playEncoding])).toEqual([
        [0, 'MU255'],
        [1, 'MU255'],
        [2, 'LIN16'],
        [3, 'LIN16'],
        [4, 'LIN16'],
      ]);
      expect(connection.devices[2]).toMatchObject({
        playChannelCount: 2,
        playRateHz: 44_100,
        playBufferFrames: 176_400,
        recordEncoding: 'LIN16',
      });
      await expect(connection.createContext(5)).rejects.toThrow(/no device 5/);
    },
  );

  it('names an encoding that the protocol lacks UNKNOWN', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = connectAudioFile(stream);
    const bytes = acceptedBytes();
    bytes[60 + 24] = 99;
    peer.say(bytes);
    expect((await connecting).devices[0]?.playEncoding).toBe('UNKNOWN');
  });

  it('bears events that come before its answer', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = connectAudioFile(stream);
    await turn();
    peer.sayRing(0);
    peer.sayRing(0);
    peer.say(acceptedBytes());
    expect((await connecting).devices).toHaveLength(5);
  });

  it('takes the answer in any pieces', async () => {
    const bytes = acceptedBytes(false);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const { peer, stream } = peerAndStream(false);
      const connecting = connectAudioFile(stream, { byteOrder: 'big' });
      await turn();
      peer.say(bytes.subarray(0, cut));
      await turn();
      peer.say(bytes.subarray(cut));
      expect((await connecting).devices).toHaveLength(5);
    }
  });
});

describe('a refusal', () => {
  const refusals = goldenFiles()
    .flatMap(conversationsOf)
    .flatMap(({ title, exchanges }) => {
      const setup = exchanges.find(({ name }) => name === 'set-up request');
      const refused = exchanges.find(({ name }) => name === 'set-up refused');
      const junk = exchanges.find(({ name }) => name === 'bytes after refusal');
      return setup && refused ? [{ title, setup, refused, junk }] : [];
    });

  it.each(refusals)('is told with its reason: $title', async ({ setup, refused, junk }) => {
    const isLittle = setup.info?.byteOrder === 'l';
    const { peer, stream } = peerAndStream(isLittle);
    const connecting = connectAudioFile(stream, { byteOrder: isLittle ? 'little' : 'big' });
    await turn();
    peer.say(bytesOf(refused));
    if (junk) peer.say(bytesOf(junk));
    peer.hangUp();
    const error = await outcomeOf(connecting);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'refused' });
    expect((error as Error).message).toContain(`"${refused.info?.reason}"`);
  });

  it('was recorded for three reasons', () => {
    expect(new Set(refusals.map(({ refused }) => refused.info?.reason)).size).toBe(3);
  });

  it('says what to do about it', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = outcomeOf(connectAudioFile(stream));
    const refused = refusals.find(({ refused: { info } }) =>
      String(info?.reason).includes('authorized'),
    );
    if (refused) peer.say(bytesOf(refused.refused));
    expect(await connecting).toMatchObject({ message: expect.stringMatching(/Give the cookie/) });
  });
});

describe('something that is no AudioFile server', () => {
  it.each([
    'HTTP/1.1 400 Bad Request\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    '\x00junk that says nothing at all',
  ])('is told from its first words: %j', async (words) => {
    const { peer, stream } = peerAndStream();
    const connecting = outcomeOf(connectAudioFile(stream));
    peer.say(Buffer.from(words, 'latin1'));
    peer.hangUp();
    expect(await connecting).toMatchObject({
      message: expect.stringMatching(/not an AudioFile server|no AudioFile server|refused/),
    });
    expect(peer.isClosed).toBe(true);
  });

  it('is told from a set-up that contradicts itself', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = outcomeOf(connectAudioFile(stream));
    const bytes = acceptedBytes();
    bytes[16 + 8] = 200;
    peer.say(bytes);
    expect(await connecting).toMatchObject({ code: 'notAudioFile' });
  });

  it('is told when it hangs up without a word', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = outcomeOf(connectAudioFile(stream));
    await turn();
    peer.hangUp();
    expect(await connecting).toMatchObject({
      code: 'notAudioFile',
      message: expect.stringMatching(/closed the connection before it answered/),
    });
  });
});

describe('connecting', () => {
  it('stops before it began', async () => {
    const { peer, stream } = peerAndStream();
    const connecting = connectAudioFile(stream, { signal: AbortSignal.abort(stop) });
    await expect(connecting).rejects.toBe(stop);
    await turn();
    expect(peer.heardByteCount).toBe(0);
    expect(peer.isClosed).toBe(true);
  });

  it.each([0, 1, 8, 100])(
    'stops while the answer is awaited, %d bytes of it having come',
    async (byteCount) => {
      const { peer, stream } = peerAndStream();
      const controller = new AbortController();
      const connecting = outcomeOf(connectAudioFile(stream, { signal: controller.signal }));
      await turn();
      peer.say(acceptedBytes().subarray(0, byteCount));
      await turn();
      controller.abort(stop);
      expect(await connecting).toBe(stop);
      await turn();
      expect(peer.isClosed).toBe(true);
    },
  );

  it('is not undone by a signal that comes later', async () => {
    const controller = new AbortController();
    const { connection, peer } = await connected(true, { signal: controller.signal });
    controller.abort(stop);
    const synced = connection.sync();
    await turn();
    peer.sayReply(1);
    await synced;
  });
});
