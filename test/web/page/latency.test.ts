// Why it sounds as it does, in figures and words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTORY_MS, withReport } from '#web/page/model/report-history';
import {
  delayInWords,
  diagnosis,
  latencyInWords,
  latencyMs,
  latencyShares,
} from '#web/page/words/latency';

const calm = {
  networkMs: 5,
  bufferMs: 60,
  outputMs: 35,
  targetMs: 60,
  underrunCount: 4,
  droppedFrameCount: 2,
  driftPpm: 20,
};

describe('the latency budget', () => {
  it('has shares that add up to the whole', () => {
    const ms = fc.double({ min: 0.1, max: 5_000, noNaN: true });
    fc.assert(
      fc.property(ms, ms, ms, (networkMs, bufferMs, outputMs) => {
        const shares = latencyShares({ ...calm, networkMs, bufferMs, outputMs });
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is nothing where nothing is known', () => {
    const nothing = { ...calm, networkMs: 0, bufferMs: 0, outputMs: 0 };
    expect(latencyMs(nothing)).toBe(0);
    expect(latencyShares(nothing).map(({ share }) => share)).toEqual([0, 0, 0]);
  });

  it('is read aloud whole', () => {
    expect(latencyInWords(calm)).toBe(
      '100 ms in all: Network 5 ms (5 %), Jitter buffer 60 ms (60 %), Output 35 ms (35 %)',
    );
  });

  it.each([
    [20, 'too short to notice'],
    [100, 'fine for music'],
    [400, 'in the way of a conversation'],
  ])('says what a buffer of %s ms means: %s', (bufferMs, words) => {
    expect(delayInWords({ ...calm, bufferMs })).toContain(words);
  });
});

describe('the diagnosis', () => {
  it('says that all is well, whatever went wrong long ago', () => {
    expect(diagnosis(calm, calm)).toEqual([expect.stringContaining('All is well')]);
  });

  it.each([
    [{ underrunCount: 5 }, 'too late 1 time in'],
    [{ underrunCount: 7 }, 'too late 3 times in'],
    [{ droppedFrameCount: 3 }, 'left out'],
    [{ networkMs: 120 }, 'network is slow'],
    [{ targetMs: 300 }, 'arrives unevenly'],
    [{ outputMs: 180 }, 'wireless'],
    [{ driftPpm: -450 }, 'clocks'],
  ])('names the cause of %o', (change, words) => {
    expect(diagnosis({ ...calm, ...change }, calm)).toEqual([expect.stringContaining(words)]);
  });

  it('names several causes at once', () => {
    const now = { ...calm, underrunCount: 9, networkMs: 200 };
    expect(diagnosis(now, calm)).toHaveLength(2);
  });
});

describe('the history of reports', () => {
  it('keeps the last minute and no more', () => {
    let history: ReturnType<typeof withReport> = [];
    for (let atMs = 0; atMs <= 3 * HISTORY_MS; atMs += 250)
      history = withReport(history, atMs, calm);
    expect(history).toHaveLength(HISTORY_MS / 250);
    expect(history[0]?.atMs).toBe(2 * HISTORY_MS + 250);
  });
});
