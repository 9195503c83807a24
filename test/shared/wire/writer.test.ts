// What a writer promises: many messages leave in one piece, and what left never changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LENT_BYTES, Slabs } from '#shared/wire/slabs';
import { Writer } from '#shared/wire/writer';
import { concat } from '#test/support/byte-builder';

const NOTHING = new Uint8Array(0);

describe('a writer', () => {
  it('gives nothing when nothing was written', () => {
    const writer = new Writer(true);
    expect(writer.take()).toBeUndefined();
    writer.append(Uint8Array.of(1));
    expect(writer.take()).toEqual(Uint8Array.of(1));
    expect(writer.take()).toBeUndefined();
  });

  it('gives many messages in one piece, in their order', () => {
    const writer = new Writer(true);
    for (let message = 0; message < 100; message += 1) {
      writer.append(new Uint8Array(100).fill(message));
    }
    expect(writer.byteCount).toBe(10_000);
    const taken = writer.take() ?? new Uint8Array(0);
    expect(taken).toHaveLength(10_000);
    expect(taken.every((byte, index) => byte === Math.floor(index / 100))).toBe(true);
    expect(writer.byteCount).toBe(0);
  });

  it('reserves zeros, even where a message was withdrawn', () => {
    const writer = new Writer(true);
    writer.append(Uint8Array.of(7));
    const start = writer.reserve(8);
    writer.bytes.fill(0xff, start, start + 8);
    writer.withdraw(start);
    expect(writer.byteCount).toBe(1);
    writer.reserve(4);
    expect(writer.take()).toEqual(Uint8Array.of(7, 0, 0, 0, 0));
  });

  it('does not hold for the next burst what the last one needed', () => {
    const writer = new Writer(true);
    writer.append(new Uint8Array(1_000));
    writer.append(new Uint8Array(100_000));
    expect(writer.take()).toHaveLength(101_000);
    expect(writer.bytes.length).toBeLessThanOrEqual(2_048);
    writer.append(Uint8Array.of(5));
    expect(writer.take()).toEqual(Uint8Array.of(5));
    expect(writer.bytes.length).toBeLessThanOrEqual(2_048);
  });

  it('keeps its byte order', () => {
    expect(new Writer(true).littleEndian).toBe(true);
    expect(new Writer(false).littleEndian).toBe(false);
  });

  it('writes numbers where the message starts, across growth', () => {
    const writer = new Writer(false);
    writer.append(new Uint8Array(2_040));
    const at = writer.reserve(16);
    writer.view.setUint32(at, 0x0102_0304);
    expect(writer.take()?.subarray(2_040, 2_044)).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('never changes what was taken, whatever is written, withdrawn and taken afterwards', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 900 }) }),
      fc.record({
        kind: fc.constant('withdraw' as const),
        bytes: fc.uint8Array({ maxLength: 900 }),
      }),
      fc.record({ kind: fc.constant('take' as const), bytes: fc.constant(new Uint8Array(0)) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const writer = new Writer(true);
        const taken: Uint8Array[] = [];
        const copies: Uint8Array[] = [];
        const keep = (bytes: Uint8Array | undefined): void => {
          if (!bytes) return;
          taken.push(bytes);
          copies.push(bytes.slice());
        };
        for (const { kind, bytes } of actions) {
          if (kind === 'append') writer.append(bytes);
          else if (kind === 'take') keep(writer.take());
          else {
            const start = writer.reserve(bytes.length);
            writer.bytes.set(bytes, start);
            writer.withdraw(start);
          }
        }
        keep(writer.take());
        expect(taken).toEqual(copies);
        const all = actions.flatMap(({ kind, bytes }) => (kind === 'append' ? [bytes] : []));
        expect(concat(taken)).toEqual(concat(all));
      }),
    );
  });
});

describe('writers that share memory', () => {
  const done = { write: () => true };
  const notDone = { write: () => false };

  it('write the next message where the last one was, once it has left', () => {
    const slabs = new Slabs();
    const [first, second] = [new Writer(true, slabs), new Writer(true, slabs)];
    first.append(Uint8Array.of(1, 2, 3));
    const { bytes } = first;
    first.flushTo(done);
    expect(first.bytes).toHaveLength(0);
    expect(second.reserve(8)).toBe(0);
    expect(second.bytes).toBe(bytes);
    expect(second.take()).toEqual(new Uint8Array(8));
  });

  it('leave to whoever is not done with bytes the memory that they lie in', () => {
    const slabs = new Slabs();
    const writer = new Writer(true, slabs);
    writer.append(Uint8Array.of(1));
    const { bytes } = writer;
    writer.flushTo(notDone);
    writer.append(Uint8Array.of(2));
    expect(writer.bytes).not.toBe(bytes);
    expect(bytes[0]).toBe(1);
  });

  it('do not write where another one still does', () => {
    const slabs = new Slabs();
    const writers = Array.from({ length: 10 }, () => new Writer(true, slabs));
    for (const [i, writer] of writers.entries()) writer.append(Uint8Array.of(i));
    expect(writers.map((writer) => writer.take())).toEqual(writers.map((_, i) => Uint8Array.of(i)));
  });

  it('write in memory of their own what is longer, and give back what they had', () => {
    const slabs = new Slabs();
    const writer = new Writer(true, slabs);
    writer.append(new Uint8Array(1_000).fill(1));
    const { bytes } = writer;
    writer.append(new Uint8Array(LENT_BYTES).fill(2));
    expect(writer.byteCount).toBe(1_000 + LENT_BYTES);
    expect(slabs.lend().bytes).toBe(bytes);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    const taken = writer.take() ?? new Uint8Array(0);
    expect(taken.indexOf(2)).toBe(1_000);
    writer.flushTo(done);
    expect(slabs.lend().bytes).not.toBe(taken);
  });

  it('tell the same as writers with memory of their own', () => {
    const slabs = new Slabs();
    const step = fc.record({
      writer: fc.nat(3),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      times: fc.constantFrom(1, 3, 1_000),
      withdraws: fc.boolean(),
      flushes: fc.boolean(),
      isDone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pairs = Array.from({ length: 4 }, () => ({
          sharing: new Writer(true, slabs),
          alone: new Writer(true),
        }));
        for (const { writer: index, bytes, times, withdraws, flushes, isDone } of steps) {
          const { sharing, alone } = pairs[index] as (typeof pairs)[number];
          for (const writer of [sharing, alone]) {
            for (let time = 0; time < times; time += 1) writer.append(bytes);
            const start = writer.reserve(bytes.length);
            writer.bytes.set(bytes, start);
            if (withdraws) writer.withdraw(start);
            // What nobody has written is zero, whoever had the memory before.
            writer.reserve(bytes.length);
          }
          if (!flushes) continue;
          const expected = alone.take();
          let told: Uint8Array | undefined;
          const write = (taken: Uint8Array) => {
            told = taken.slice();
            return isDone;
          };
          sharing.flushTo({ write });
          expect(Buffer.compare(told ?? NOTHING, expected ?? NOTHING)).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });
});
