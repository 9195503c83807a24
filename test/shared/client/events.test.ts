// Events as iterators: who receives which, how many wait, and how iteration ends.
import { describe, expect, it } from 'vitest';
import { connected, opcodesHeard, outcomeOf } from './support/connected.ts';
import { turn } from './support/scripted-peer.ts';

const stop = new Error('enough');
const SELECT_EVENTS = 2;
const SYNC = 27;

describe('a subscription', () => {
  it('selects its events through the context, together with those of others on the device', async () => {
    const { connection, peer } = await connected();
    const context = connection.useContext(0x100000, 0);
    context.events(['PhoneRing']);
    await turn();
    const second = context.events(['PhoneDTMF', 'Property']);
    await turn();
    await second.return();
    await turn();
    const masks = peer
      .takeRequests()
      .filter(([opcode]) => opcode === SELECT_EVENTS)
      .map((request) => request.readUInt32LE(8));
    expect(masks).toEqual([1 << 2, (1 << 2) | (1 << 3) | (1 << 7), 1 << 2]);
  });

  it("gives its device's events of its kinds, in order, and no others", async () => {
    const { connection, peer } = await connected();
    const rings = connection.useContext(0x100000, 0).events(['PhoneRing']);
    const hooks = connection.useContext(0x100001, 1).events(['PhoneHookSwitch']);
    const all = connection.events();
    await turn();
    peer.sayRing(1, 0, 1);
    peer.sayRing(1, 1, 1);
    peer.sayRing(1, 0, 0);
    expect((await rings.next()).value).toMatchObject({ event: 'PhoneRing', device: 0, state: 1 });
    expect((await rings.next()).value).toMatchObject({ event: 'PhoneRing', device: 0, state: 0 });
    expect((await all.next()).value).toMatchObject({ device: 0, state: 1 });
    expect((await all.next()).value).toMatchObject({ device: 1, state: 1 });
    const waiting = hooks.next();
    await hooks.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it("fails with the server's error when it may not be selected", async () => {
    const { connection, peer } = await connected();
    const events = connection.useContext(0x7777, 0).events(['PhoneRing']);
    const next = outcomeOf(events.next());
    await turn();
    expect(opcodesHeard(peer)).toEqual([SELECT_EVENTS, SYNC]);
    peer.sayError(1, 7, SELECT_EVENTS, 0x7777);
    expect(await next).toMatchObject({ errorName: 'BadAC' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends with the loop that reads it', async () => {
    const { connection, peer } = await connected();
    const events = connection.events();
    const states: unknown[] = [];
    const loop = (async () => {
      for await (const event of events) {
        states.push('state' in event && event.state);
        if (states.length === 2) break;
      }
    })();
    for (const state of [1, 0, 1, 0]) peer.sayRing(0, 0, state);
    await loop;
    expect(states).toEqual([1, 0]);
    expect(events.hasEnded).toBe(true);
  });

  it('stops with the reason of its signal, whether it waits or not', async () => {
    const { connection } = await connected();
    const controller = new AbortController();
    const events = connection.events({}, { signal: controller.signal });
    const next = outcomeOf(events.next());
    controller.abort(stop);
    expect(await next).toBe(stop);
    const late = connection.events({}, { signal: controller.signal });
    await expect(late.next()).rejects.toBe(stop);
  });

  it('gives what waits when the connection is lost, and then fails; when it is closed, it ends', async () => {
    const lost = await connected();
    const events = lost.connection.events();
    lost.peer.sayRing(0);
    lost.peer.hangUp();
    await turn();
    expect((await events.next()).done).toBe(false);
    await expect(events.next()).rejects.toMatchObject({ code: 'lost' });
    await expect(lost.connection.events().next()).rejects.toMatchObject({ code: 'lost' });

    const closed = await connected();
    const waiting = closed.connection.events().next();
    closed.connection.abort();
    expect((await waiting).done).toBe(true);
    expect((await closed.connection.events().next()).done).toBe(true);
  });
});

describe('a queue that is full', () => {
  it('fails the iteration, after the events that did fit', async () => {
    const { connection, peer } = await connected();
    const events = connection.events({}, { queueLimit: 3 });
    for (let count = 0; count < 5; count += 1) peer.sayRing(0);
    await turn();
    for (let count = 0; count < 3; count += 1) expect((await events.next()).done).toBe(false);
    await expect(events.next()).rejects.toThrow(/3 events waited unread/);
  });

  it('forgets the oldest where it was told to, and says how many', async () => {
    const { connection, peer } = await connected();
    const events = connection.events({}, { queueLimit: 3, whenFull: 'dropOldest' });
    for (let device = 0; device < 5; device += 1) peer.sayRing(0, device);
    await turn();
    expect(events.droppedCount).toBe(2);
    const devices = [await events.next(), await events.next(), await events.next()];
    expect(devices.map(({ value }) => value?.device)).toEqual([2, 3, 4]);
  });

  it('is bounded unless told otherwise', async () => {
    const { connection, peer } = await connected();
    const events = connection.events();
    for (let count = 0; count < 1_025; count += 1) peer.sayRing(0);
    await turn();
    expect(events.hasEnded).toBe(true);
  });
});
