// Many requests under way at once: who is told what, and when.
import { describe, expect, it } from 'vitest';
import { AudioFileError, ConnectionError } from '#shared/client/errors';
import { connected, opcodesHeard, outcomeOf } from './support/connected.ts';
import { turn } from './support/scripted-peer.ts';

const GET_TIME = 9;
const SYNC = 27;
const NO_OPERATION = 127;
const QUERY_INPUT_GAIN = 21;
const SET_INPUT_GAIN = 19;

describe('requests that are answered', () => {
  it('leave in one write, and each gets its own reply', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const writesBefore = peer.writeCount;
    const times = Array.from({ length: 500 }, () => context.getTime());
    await turn();
    expect(peer.writeCount - writesBefore).toBe(1);
    expect(opcodesHeard(peer)).toEqual(new Array(500).fill(GET_TIME));
    for (let sequence = 1; sequence <= 500; sequence += 1) {
      peer.sayReply(sequence, peer.card32(7_000 + sequence));
    }
    expect(await Promise.all(times)).toEqual(times.map((_, index) => 7_001 + index));
  });

  it('are each told their own error, and the others go on', async () => {
    const { connection, peer } = await connected(false);
    const context = connection.useContext(0x100000, 1);
    const times = Array.from({ length: 300 }, () => outcomeOf(context.getTime()));
    await turn();
    for (let sequence = 1; sequence <= 300; sequence += 1) {
      if (sequence % 3 === 0) peer.sayError(sequence, 7, GET_TIME, 0x100000);
      else peer.sayReply(sequence, peer.card32(sequence));
    }
    for (const [index, outcome] of (await Promise.all(times)).entries()) {
      if ((index + 1) % 3 === 0) expect(outcome).toBeInstanceOf(AudioFileError);
      else expect(outcome).toBe(index + 1);
    }
  });

  it('bear events at any point before their replies', async () => {
    const { connection, peer } = await connected();
    const events = connection.events();
    const context = connection.useContext(0x100000, 1);
    const times = [context.getTime(), context.getTime()];
    await turn();
    peer.sayRing(0);
    peer.sayRing(1);
    peer.sayReply(1, peer.card32(11));
    peer.sayRing(2, 0, 0);
    peer.sayReply(2, peer.card32(22));
    expect(await Promise.all(times)).toEqual([11, 22]);
    const states = [await events.next(), await events.next(), await events.next()];
    expect(states.map(({ value }) => value)).toMatchObject([
      { state: 1 },
      { state: 1 },
      { state: 0 },
    ]);
  });
});

describe('requests that are not answered', () => {
  it('are proven done by one sync for all of one turn', async () => {
    const { connection, peer } = await connected();
    const calls = Array.from({ length: 40 }, () => connection.noOperation());
    let doneCount = 0;
    for (const call of calls) call.then(() => (doneCount += 1));
    await turn();
    expect(opcodesHeard(peer)).toEqual([...new Array(40).fill(NO_OPERATION), SYNC]);
    expect(doneCount).toBe(0);
    peer.sayReply(41);
    await Promise.all(calls);
    expect(doneCount).toBe(40);
  });

  it('need no sync when something that is answered follows in the same turn', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const set = context.controls.setInputGain(6);
    const gain = context.controls.inputGain();
    await turn();
    expect(opcodesHeard(peer)).toEqual([SET_INPUT_GAIN, QUERY_INPUT_GAIN]);
    peer.sayReply(2);
    await set;
    expect(await gain).toEqual({ gainDb: 0, minGainDb: 0, maxGainDb: 0 });
  });

  it('are told their own errors, which prove those before them done', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const calls = [1, 99, 2, 98, 3].map((gainDb) =>
      outcomeOf(context.controls.setInputGain(gainDb)),
    );
    await turn();
    peer.sayError(2, 2, SET_INPUT_GAIN);
    await turn();
    expect(await calls[0]).toBeUndefined();
    expect(await calls[1]).toMatchObject({
      errorName: 'BadValue',
      code: 2,
      request: 'SetInputGain',
      majorOpcode: SET_INPUT_GAIN,
    });
    peer.sayError(4, 2, SET_INPUT_GAIN);
    peer.sayReply(6);
    const outcomes = await Promise.all(calls);
    expect(outcomes.map((outcome) => outcome instanceof AudioFileError)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('are proven done by an event with a later number, but for the one it carries', async () => {
    const { connection, peer } = await connected();
    const done: number[] = [];
    for (const number of [1, 2, 3]) connection.noOperation().then(() => done.push(number));
    await turn();
    peer.sayRing(3);
    await turn();
    expect(done).toEqual([1, 2]);
    peer.sayReply(4);
    await turn();
    expect(done).toEqual([1, 2, 3]);
  });

  it('are not misled by events whose numbers make no sense', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const time = context.getTime();
    let isDone = false;
    const nothing = connection.noOperation().then(() => {
      isDone = true;
    });
    await turn();
    peer.sayRing(2);
    peer.sayRing(40_000);
    peer.sayRing(999);
    await turn();
    expect(isDone).toBe(false);
    peer.sayReply(1, peer.card32(5));
    expect(await time).toBe(5);
    peer.sayReply(3);
    await nothing;
  });
});

describe('a request that cannot be written', () => {
  it('fails by itself, sends nothing, and the others go on', async () => {
    const { connection, peer } = await connected();
    const beyond = outcomeOf(connection.atoms.intern('\u{1f50a}'));
    const tooLong = outcomeOf(connection.atoms.intern('x'.repeat(70_000)));
    const context = connection.useContext(0x100000, 1);
    const data = new Uint8Array(300_000);
    const property = outcomeOf(
      context.properties.set(connection.devices[0]?.index as never, { type: 4 as never, data }),
    );
    const atom = connection.atoms.intern('fine');
    await turn();
    expect(opcodesHeard(peer)).toEqual([37]);
    peer.sayReply(1, peer.card32(21));
    expect(await atom).toBe(21);
    expect(await beyond).toBeInstanceOf(RangeError);
    expect(await tooLong).toBeInstanceOf(RangeError);
    expect(await property).toMatchObject({ message: expect.stringMatching(/262140 is the most/) });
  });
});

describe('a server that breaks the protocol', () => {
  const mistakes: [string, Parameters<typeof breakAfterTwoRequests>[0], RegExp][] = [
    ['answers what nobody asked', (peer) => peer.sayReply(3), /request 3, which nobody waits for/],
    ['answers out of order', (peer) => peer.sayReply(2), /request 2 before an earlier one/],
    [
      'refuses what nobody asked',
      (peer) => peer.sayError(3, 7, 9),
      /request 3, which nobody waits for/,
    ],
    [
      'sends a packet of no known type',
      (peer) => peer.say(new Uint8Array(32).fill(9)),
      /no packet of type 9/,
    ],
    [
      'sends a reply without end',
      (peer) => peer.say(Uint8Array.of(1, 0, 1, 0, 255, 255, 255, 255, ...new Uint8Array(24))),
      /does not fit its own lengths/,
    ],
    [
      'sends an event with a value that does not exist',
      (peer) =>
        peer.say(Uint8Array.of(7, 0, 0, 0, ...new Uint8Array(12), 9, ...new Uint8Array(15))),
      /does not fit its own lengths and ranges/,
    ],
  ];

  async function breakAfterTwoRequests(
    mistake: (peer: Awaited<ReturnType<typeof connected>>['peer']) => void,
  ) {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 1);
    const times = [outcomeOf(context.getTime()), outcomeOf(context.getTime())];
    await turn();
    mistake(peer);
    await turn();
    return { connection, peer, outcomes: await Promise.all(times) };
  }

  it.each(mistakes)(
    'and %s ends the connection and everything under way',
    async (_, mistake, why) => {
      const { connection, peer, outcomes } = await breakAfterTwoRequests(mistake);
      for (const outcome of outcomes) {
        expect(outcome).toBeInstanceOf(ConnectionError);
        expect(outcome).toMatchObject({ code: 'malformed', message: expect.stringMatching(why) });
      }
      expect(peer.isClosed).toBe(true);
      expect((await connection.ended).code).toBe('malformed');
      await expect(connection.sync()).rejects.toMatchObject({ code: 'malformed' });
    },
  );

  it('and answers a request that has no reply ends the connection, that call included', async () => {
    const { connection, peer } = await connected();
    const call = outcomeOf(connection.noOperation());
    await turn();
    peer.sayReply(1);
    expect(await call).toMatchObject({ code: 'malformed' });
  });

  it('and tells a length that its reply has no room for ends the connection, that call included', async () => {
    const { connection, peer } = await connected();
    const name = outcomeOf(connection.atoms.nameOf(21 as never));
    await turn();
    peer.sayReply(1, Uint8Array.of(200, 0), new Uint8Array(8));
    expect(await name).toMatchObject({ code: 'malformed' });
  });

  it('is borne with events of extensions that nobody here knows', async () => {
    const { connection, peer } = await connected();
    const synced = connection.sync();
    await turn();
    peer.say(new Uint8Array(32).fill(64, 0, 1));
    peer.sayReply(1);
    await synced;
  });
});
