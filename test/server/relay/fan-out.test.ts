// How frames get to many listeners: in order, a slice at a time, and never more of them than are worth anything.
import { describe, expect, it } from 'vitest';
import { BroadcastFrame } from '#server/relay/broadcast-frame';
import { FanOut, type FrameListener } from '#server/relay/fan-out';
import { frameMessage } from '#server/relay/frame-message';
import { FakeTime } from '#test/support/fake-time';

/** Each listener takes a fifth of a millisecond. */
const LISTENER_MS = 0.2;

function fanOutTo(listenerCount: number) {
  const time = new FakeTime();
  const turns: (() => void)[] = [];
  const fanOut = new FanOut({ clock: time, soon: (callback) => turns.push(callback) });
  const heard: (readonly [listener: number, frame: number])[] = [];
  const frames: BroadcastFrame[] = [];
  const listeners = Array.from(
    { length: listenerCount },
    (_, number): FrameListener => ({
      hear(frame) {
        time.stall(LISTENER_MS);
        heard.push([number, frames.indexOf(frame)]);
      },
    }),
  );
  for (const listener of listeners) fanOut.add(listener);
  const send = () => {
    const frame = new BroadcastFrame(frameMessage(new Uint8Array(24)));
    frames.push(frame);
    return fanOut.send(frame);
  };
  /** The event loop goes round once. */
  const turn = () => turns.shift()?.();
  return { fanOut, time, turns, heard, listeners, send, turn };
}

function everybody(listenerCount: number, frame: number) {
  return Array.from({ length: listenerCount }, (_, number) => [number, frame] as const);
}

describe('a fan-out', () => {
  it('serves few listeners at once', () => {
    const { send, heard, turns } = fanOutTo(5);
    expect(send()).toBe(true);
    expect(heard).toEqual(everybody(5, 0));
    expect(turns).toEqual([]);
  });

  it('serves many a few milliseconds at a time, each frame to all before the next', () => {
    const { send, heard, turn, turns, time } = fanOutTo(100);
    send();
    let longestMs = time.nowMs();
    expect(heard.length).toBeLessThan(30);
    send();
    while (turns.length > 0) {
      const fromMs = time.nowMs();
      turn();
      longestMs = Math.max(longestMs, time.nowMs() - fromMs);
    }
    expect(longestMs).toBeLessThan(6);
    expect(heard).toEqual([...everybody(100, 0), ...everybody(100, 1)]);
  });

  it('leaves nobody out when listeners come and go while it is under way', () => {
    const { fanOut, send, heard, turn, turns, listeners } = fanOutTo(100);
    send();
    const served = heard.length;
    // One that was served, the next one, and one of the rest.
    for (const gone of [3, served, 70]) fanOut.delete(listeners[gone] as FrameListener);
    let lateCount = 0;
    fanOut.add({ hear: () => lateCount++ });
    while (turns.length > 0) turn();
    const expected = everybody(100, 0).filter(([number]) => number !== served && number !== 70);
    expect(heard).toEqual(expected);
    expect(lateCount).toBe(1);
    expect(fanOut.listenerCount).toBe(98);
  });

  it('serves the next one, too, when a listener ends itself on hearing', () => {
    const { fanOut, send, heard, listeners } = fanOutTo(3);
    const ending: FrameListener = { hear: () => fanOut.delete(ending) };
    for (const listener of listeners) fanOut.delete(listener);
    fanOut.add(ending);
    for (const listener of listeners) fanOut.add(listener);
    send();
    expect(heard).toEqual(everybody(3, 0));
    expect(fanOut.listenerCount).toBe(3);
  });

  it('refuses frames while 300 ms of them wait, because nobody is to hear them later', () => {
    const { send, heard, turn, turns } = fanOutTo(100);
    const taken = Array.from({ length: 20 }, send);
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(15);
    expect(taken.lastIndexOf(true)).toBe(14);
    while (turns.length > 0) turn();
    expect(heard).toHaveLength(1_500);
    expect(send()).toBe(true);
  });
});
