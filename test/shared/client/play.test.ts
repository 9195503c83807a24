// Playing: how sound is cut into requests, how the stream's room slows it, and how it is stopped.
import { describe, expect, it } from 'vitest';
import { chunkBytesOf } from '#shared/client/chunks';
import { ConnectionError } from '#shared/client/errors';
import { connectAudioFile } from '#shared/client/index';
import { acceptedBytes, connected, outcomeOf } from './support/connected.ts';
import { HeldStream } from './support/held-stream.ts';
import { turn } from './support/scripted-peer.ts';

const PLAY = 7;
const stop = new Error('enough');

function ramp(byteCount: number): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, index) => index * 7);
}

async function playing(device: number, byteCount: number, startTime = 1_000) {
  const { connection, peer } = await connected();
  const context = connection.useContext(0x100000, device);
  const samples = ramp(byteCount);
  const played = outcomeOf(context.play({ startTime, samples }));
  await turn();
  const requests = peer.takeRequests();
  return { connection, context, peer, samples, played, requests };
}

describe('sound that is played', () => {
  it('is cut where the original library cuts it', () => {
    const mu = { encoding: 'MU255', channelCount: 1, rateHz: 8_000 } as const;
    const hifi = { encoding: 'LIN16', channelCount: 2, rateHz: 44_100 } as const;
    expect(chunkBytesOf(mu, 65_536)).toBe(8_000);
    expect(chunkBytesOf({ ...mu, rateHz: 48_000 }, 65_536)).toBe(8_172);
    expect(chunkBytesOf(hifi, 65_536)).toBe(8_172);
    expect(chunkBytesOf({ ...mu, encoding: 'CRLADPCM2' }, 65_536)).toBe(2_000);
    expect(chunkBytesOf({ ...hifi, encoding: 'GSM' }, 65_536)).toBe(2_244);
    expect(chunkBytesOf({ ...hifi, encoding: 'IEEED' }, 65_536)).toBe(8_160);
    expect(chunkBytesOf(hifi, 1_024)).toBe(1_004);
    expect(chunkBytesOf({ ...mu, encoding: 'GSM', rateHz: 800 }, 65_536)).toBe(33);
  });

  it('goes out in pieces that follow each other in time, of which the last is answered', async () => {
    const { peer, samples, played, requests } = await playing(2, 20_000, 2 ** 32 - 1_000);
    expect(requests.map(([opcode, flags]) => [opcode, flags])).toEqual([
      [PLAY, 4],
      [PLAY, 4],
      [PLAY, 0],
    ]);
    expect(requests.map((request) => request.readUInt32LE(8))).toEqual([
      2 ** 32 - 1_000,
      2_043 - 1_000,
      4_086 - 1_000,
    ]);
    const bodies = requests.map((request) => request.subarray(20, 20 + request.readUInt32LE(12)));
    expect(Buffer.concat(bodies).equals(samples)).toBe(true);
    peer.sayReply(3, peer.card32(777));
    expect(await played).toBe(777);
  });

  it('of no length asks for the time, because the original never answers such a play', async () => {
    const { peer, played, requests } = await playing(1, 0);
    expect(requests.map(([opcode]) => opcode)).toEqual([9]);
    peer.sayReply(1, peer.card32(5));
    expect(await played).toBe(5);
  });

  it('must end between two units', async () => {
    const { played, requests } = await playing(2, 6);
    expect(requests).toEqual([]);
    expect(await played).toMatchObject({
      message: expect.stringMatching(/6 bytes .* LIN16 with 2 channels has units of 4 bytes/),
    });
  });

  it('must have an encoding with a unit', async () => {
    const { connection } = await connected();
    const context = connection.useContext(0x100000, 1);
    const samples = ramp(10);
    const played = context.play({ startTime: 0, samples, encoding: 'MPEG' });
    await expect(played).rejects.toThrow(/MPEG with 1 channels has no unit size/);
  });

  it('is refused with the error of its first piece, and no more of it is sent', async () => {
    const { peer, played, requests } = await playing(1, 20_000);
    expect(requests).toHaveLength(3);
    for (const sequence of [1, 2, 3]) peer.sayError(sequence, 7, PLAY, 0x100000 + sequence);
    expect(await played).toMatchObject({ errorName: 'BadAC', value: 0x100001 });
  });
});

describe('sound of which only a part is refused', () => {
  it('counts as refused', async () => {
    const { peer, played } = await playing(1, 20_000);
    peer.sayError(2, 4, PLAY);
    peer.sayReply(3, peer.card32(777));
    expect(await played).toMatchObject({ errorName: 'BadMatch', request: 'PlaySamples' });
  });
});

/** A client over a stream that a test holds, and its context on the stereo device. */
async function held() {
  const stream = new HeldStream();
  const connecting = connectAudioFile(stream);
  await turn();
  stream.deliver(acceptedBytes());
  const connection = await connecting;
  stream.writes.length = 0;
  return { stream, connection, context: connection.useContext(0x100000, 2) };
}

function timeReply(sequence: number, time: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint16(2, sequence, true);
  view.setUint32(8, time, true);
  return bytes;
}

describe('back-pressure', () => {
  it('holds a long play until the stream has room again, with little in memory', async () => {
    const { stream, context } = await held();
    const samples = new Uint8Array(4_000_000);
    stream.hasRoom = false;
    const played = context.play({ startTime: 0, samples });
    let before = -1;
    let rounds = 0;
    while (before < stream.writtenByteCount) {
      before = stream.writtenByteCount;
      await turn();
      // A write was answered with false: nothing follows until the stream has drained.
      const waiting = stream.writes.length;
      await turn();
      expect(stream.writes).toHaveLength(waiting);
      expect(stream.writtenByteCount - before).toBeLessThan(100_000);
      stream.drain();
      stream.hasRoom = false;
      rounds += 1;
      await turn();
    }
    expect(rounds).toBeGreaterThan(20);
    const requestCount = Math.ceil(samples.length / 8_172);
    expect(stream.writtenByteCount).toBe(samples.length + 20 * requestCount);
    stream.deliver(timeReply(requestCount, 99));
    expect(await played).toBe(99);
  });

  it('holds other requests too, and sends them in one write', async () => {
    const { stream, connection, context } = await held();
    stream.hasRoom = false;
    context.getTime().catch(() => {});
    await turn();
    expect(stream.writes).toHaveLength(1);
    for (let count = 0; count < 10; count += 1) context.getTime().catch(() => {});
    await turn();
    expect(stream.writes).toHaveLength(1);
    stream.drain();
    expect(stream.writes.map(({ length }) => length)).toEqual([8, 80]);
    connection.abort();
  });

  it('does not hold a play past the end of the connection', async () => {
    const { stream, context } = await held();
    stream.hasRoom = false;
    const played = outcomeOf(context.play({ startTime: 0, samples: new Uint8Array(400_000) }));
    await turn();
    stream.lose(new Error('reset'));
    expect(await played).toBeInstanceOf(ConnectionError);
  });
});

describe('stopping a play', () => {
  it('before it began sends nothing', async () => {
    const { stream, context } = await held();
    const samples = new Uint8Array(400);
    const played = context.play({ startTime: 0, samples, signal: AbortSignal.abort(stop) });
    await expect(played).rejects.toBe(stop);
    await turn();
    expect(stream.writes).toEqual([]);
  });

  it('while the stream has no room sends no more of it, and the connection goes on', async () => {
    const { stream, context } = await held();
    stream.hasRoom = false;
    const controller = new AbortController();
    const samples = new Uint8Array(400_000);
    const played = outcomeOf(context.play({ startTime: 0, samples, signal: controller.signal }));
    await turn();
    const sentCount = Math.ceil(stream.writtenByteCount / 8_192);
    expect(sentCount).toBeLessThan(20);
    controller.abort(stop);
    expect(await played).toBe(stop);
    stream.drain();
    await turn();
    const time = context.getTime();
    await turn();
    expect(stream.writes.at(-1)?.length).toBe(8);
    stream.deliver(timeReply(sentCount + 1, 31));
    expect(await time).toBe(31);
  });

  it('while the last reply is awaited fails at once, and the late reply harms nobody', async () => {
    const { stream, context } = await held();
    const controller = new AbortController();
    const samples = new Uint8Array(400);
    const played = outcomeOf(context.play({ startTime: 0, samples, signal: controller.signal }));
    await turn();
    controller.abort(stop);
    expect(await played).toBe(stop);
    const time = context.getTime();
    await turn();
    stream.deliver(timeReply(1, 30));
    stream.deliver(timeReply(2, 31));
    expect(await time).toBe(31);
  });
});
