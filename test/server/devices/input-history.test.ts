// Which inputs were on when, for as long as the past can be recorded.
import { describe, expect, it } from 'vitest';
import { InputHistory } from '#server/devices/input-history';

const RATE_HZ = 8000;
const REACH_FRAMES = 32_000;

function visits(history: InputHistory, startFrame: number, endFrame: number) {
  const stretches: [number, number, number][] = [];
  history.during(startFrame, endFrame, (from, to, { mask }) => stretches.push([from, to, mask]));
  return stretches;
}

describe('the history of an input', () => {
  it('gives the stretches of a time, each with what held there', () => {
    const history = new InputHistory({ mask: 1, gainFactor: 1 }, REACH_FRAMES, RATE_HZ);
    history.change(1000, { mask: 2, gainFactor: 1 });
    history.change(2000, { mask: 3, gainFactor: 1 });
    expect(visits(history, -10, 3000)).toEqual([
      [-10, 1000, 1],
      [1000, 2000, 2],
      [2000, 3000, 3],
    ]);
    expect(visits(history, 1200, 1300)).toEqual([[1200, 1300, 2]]);
    expect(visits(history, 1300, 1300)).toEqual([]);
  });

  it('takes changes within 5 ms as one', () => {
    const history = new InputHistory({ mask: 1, gainFactor: 1 }, REACH_FRAMES, RATE_HZ);
    history.change(1000, { mask: 2, gainFactor: 1 });
    history.change(1039, { mask: 3, gainFactor: 1 });
    history.change(1040, { mask: 0, gainFactor: 1 });
    expect(visits(history, 0, 2000)).toEqual([
      [0, 1000, 1],
      [1000, 1040, 3],
      [1040, 2000, 0],
    ]);
  });

  it('forgets what is out of reach, however often it changes', () => {
    const history = new InputHistory({ mask: 0, gainFactor: 1 }, REACH_FRAMES, RATE_HZ);
    for (let frame = 0; frame < 1_000_000; frame += 7) {
      history.change(frame, { mask: frame % 4, gainFactor: 1 });
    }
    expect(visits(history, 0, 1_000_000).length).toBeLessThanOrEqual(4 / 0.005 + 2);
    const [first] = visits(history, 0, 1_000_000);
    expect(first?.[0]).toBeLessThanOrEqual(999_999 - REACH_FRAMES);
  });
});
