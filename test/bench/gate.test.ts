// When a figure of a benchmark counts as worse than the committed one.
import { describe, expect, it } from 'vitest';
import { bestOf, stepsBack } from '../../bench/gate.ts';

const committed = { 'mix 10 streams': 2, 'send to 100 listeners': 1.1 };

describe('figures held to the committed ones', () => {
  it('are no step back as long as they are at most a fifth worse', () => {
    const figures = [
      { name: 'mix 10 streams', ratio: 2.4 },
      { name: 'send to 100 listeners', ratio: 0.5 },
    ];
    expect(stepsBack(figures, committed)).toEqual([]);
  });

  it('are a step back when they are more than a fifth worse', () => {
    const figures = [
      { name: 'mix 10 streams', ratio: 2.41 },
      { name: 'send to 100 listeners', ratio: 1.1 },
    ];
    expect(stepsBack(figures, committed)).toEqual([
      { name: 'mix 10 streams', committed: 2, measured: 2.41 },
    ]);
  });

  it('cannot step back where nothing was committed', () => {
    expect(stepsBack([{ name: 'new', ratio: 100 }], committed)).toEqual([]);
    expect(stepsBack([{ name: 'new', ratio: 100 }])).toEqual([]);
  });

  it('count as the better of two runs, each for itself', () => {
    const first = [
      { name: 'a', ratio: 3 },
      { name: 'b', ratio: 1 },
    ];
    const second = [
      { name: 'a', ratio: 2 },
      { name: 'b', ratio: 5 },
      { name: 'c', ratio: 7 },
    ];
    expect(bestOf(second, first)).toEqual([
      { name: 'a', ratio: 2 },
      { name: 'b', ratio: 1 },
      { name: 'c', ratio: 7 },
    ]);
  });
});
