// The ring that plays are mixed into, against a plain list of all that was written.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Lane, MIX, MixRing } from '#server/devices/mix-ring';

const WHOLE: Lane = { firstChannel: 0, channelCount: 2 };
const LEFT: Lane = { firstChannel: 0, channelCount: 1 };
const RIGHT: Lane = { firstChannel: 1, channelCount: 1 };
const LANES = [WHOLE, LEFT, RIGHT] as const;

/** Every frame ever written, kept for ever. */
class NaiveSound {
  readonly #sums = new Map<string, number>();
  frontier = 0;

  write(start: number, samples: Int16Array, lane: Lane, preempt: boolean): void {
    samples.forEach((value, i) => {
      const key = this.#key(start, i, lane);
      this.#sums.set(key, preempt ? value : (this.#sums.get(key) ?? 0) + value);
    });
    this.frontier = Math.max(this.frontier, start + samples.length / lane.channelCount);
  }

  sums(start: number, frames: number, lane: Lane, oldest: number): number[] {
    return Array.from({ length: frames * lane.channelCount }, (_, i) =>
      start + Math.floor(i / lane.channelCount) < oldest
        ? 0
        : (this.#sums.get(this.#key(start, i, lane)) ?? 0),
    );
  }

  #key(start: number, index: number, lane: Lane): string {
    const frame = start + Math.floor(index / lane.channelCount);
    return `${frame}.${lane.firstChannel + (index % lane.channelCount)}`;
  }
}

function clipped(sum: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, sum));
}

describe('a ring of sound', () => {
  it('is what a plain list of all writes would be, for random writes and reads', () => {
    const capacity = 16;
    const access = fc.record({
      kind: fc.constantFrom('mix', 'preempt', 'read'),
      lane: fc.constantFrom(...LANES),
      offset: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 100 })),
      frames: fc.integer({ min: 0, max: capacity }),
      values: fc.array(fc.integer({ min: -0x8000, max: 0x7fff }), {
        minLength: 2 * capacity,
        maxLength: 2 * capacity,
      }),
    });
    const firstFrame = fc.constantFrom(0, 1000, 2 ** 32 - 20, 2 ** 40 + 5);

    fc.assert(
      fc.property(firstFrame, fc.array(access, { maxLength: 40 }), (first, accesses) => {
        const ring = new MixRing(capacity, 2);
        const naive = new NaiveSound();
        for (const { kind, lane, offset, frames, values } of accesses) {
          const oldest = Math.max(0, naive.frontier - capacity);
          const around = Math.max(first, naive.frontier) + offset;
          if (kind === 'read') {
            const start = around - 10;
            const expected = naive.sums(start, frames, lane, oldest);
            const output = new Int16Array(2 + expected.length + 2).fill(99);
            const atFrame = 2 / lane.channelCount;
            ring.read(start, output, atFrame, frames, lane);
            const canaries = [99, 99];
            expect([...output]).toEqual([...canaries, ...expected.map(clipped), ...canaries]);
            const total = new Int32Array(expected.length).fill(7);
            ring.addTo(total, start, frames, lane);
            expect([...total]).toEqual(expected.map((sum) => sum + 7));
          } else {
            const start = Math.max(around, oldest);
            const samples = Int16Array.from(values.slice(0, frames * lane.channelCount));
            const preempt = kind === 'preempt';
            ring.write(start, samples, 0, frames, lane, { preempt, gainFactor: 1 });
            naive.write(start, samples, lane, preempt);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes a part of the samples, with gain, whether the stretch is new or not', () => {
    const ring = new MixRing(8, 1);
    const lane: Lane = { firstChannel: 0, channelCount: 1 };
    const samples = Int16Array.from([1, 100, 201, 301]);
    ring.write(6, samples, 1, 1, lane, MIX);
    ring.write(6, samples, 1, 3, lane, { preempt: false, gainFactor: 0.5 });
    const output = new Int16Array(3);
    ring.read(6, output, 0, 3, lane);
    expect([...output]).toEqual([150, 100, 150]);
  });

  it('makes silence of the other channel where one is written first', () => {
    const ring = new MixRing(4, 2);
    ring.write(0, Int16Array.from([1, 2, 3, 4, 5, 6, 7, 8]), 0, 4, WHOLE, MIX);
    ring.write(4, Int16Array.from([50, 60]), 0, 2, RIGHT, MIX);
    const output = new Int16Array(8);
    ring.read(2, output, 0, 4, WHOLE);
    expect([...output]).toEqual([5, 6, 7, 8, 0, 50, 0, 60]);
  });
});
