import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Roster } from '#server/roster';

const NAMES = 'abcdefghijklmnopqrstuvwxyz'.split('').map((name) => ({ name }));

describe('a roster', () => {
  it('gives the lowest number that is free, and tells of its members in their order', () => {
    const [a = NAMES, b = NAMES, c = NAMES, d = NAMES] = NAMES;
    const roster = new Roster<object>(1);
    expect([a, b, c].map((member) => roster.add(member))).toEqual([1, 2, 3]);
    expect(roster.delete(2)).toBe(true);
    expect([...roster]).toEqual([a, c]);
    expect(roster.freeNumber).toBe(2);
    expect(roster.add(d)).toBe(2);
    expect([...roster]).toEqual([a, d, c]);
    expect(roster.freeNumber).toBe(4);
    expect([roster.get(2), roster.get(4)]).toEqual([d, undefined]);
  });

  it('does not know numbers that nobody has', () => {
    const roster = new Roster(1);
    expect([0, 1, 5].map((number) => roster.delete(number))).toEqual([false, false, false]);
    expect([roster.has(0), roster.size, roster.freeNumber]).toEqual([false, 0, 1]);
  });

  it('lets members leave while it tells of them', () => {
    const roster = new Roster<{ name: string }>();
    for (const member of NAMES.slice(0, 4)) roster.add(member);
    const told: string[] = [];
    for (const { name } of roster) {
      told.push(name);
      if (name === 'b') for (const number of [1, 2, 3]) roster.delete(number);
    }
    expect(told).toEqual(['a', 'b']);
  });

  it('says the same as a map, whoever comes and goes', () => {
    const steps = fc.array(fc.option(fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.nat(2), (leavers, firstNumber) => {
        const roster = new Roster<{ step: number }>(firstNumber);
        const map = new Map<number, { step: number }>();
        for (const [step, leaver] of leavers.entries()) {
          if (leaver !== null) {
            expect(roster.delete(leaver)).toBe(map.delete(leaver));
            continue;
          }
          let lowest = firstNumber;
          while (map.has(lowest)) lowest += 1;
          map.set(lowest, { step });
          expect(roster.add({ step })).toBe(lowest);
        }
        const inOrder = [...map].sort(([a], [b]) => a - b).map(([, member]) => member);
        expect([...roster]).toEqual(inOrder);
        expect(roster.size).toBe(map.size);
      }),
    );
  });
});
