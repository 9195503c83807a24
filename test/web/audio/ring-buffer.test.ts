// Both makings of the ring buffer: alike in what they promise, also between two real threads.
import { MessageChannel, type MessagePort as NodePort, Worker } from 'node:worker_threads';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, testSeed } from '#test/support/random';
import {
  blockFlags,
  createRing,
  openRing,
  type RingReader,
  type RingSource,
  type RingWriter,
} from '#web/audio/ring-buffer';
import { createSharedRing } from '#web/audio/ring-buffer-shared';

const RATE_HZ = 1_000;
const shape = { channelCount: 2, capacityFrames: 64 };

interface Making {
  readonly name: string;
  readonly isShared: boolean;
}

const makings: readonly Making[] = [
  { name: 'shared memory', isShared: true },
  { name: 'transferred buffers', isShared: false },
];

/** Messages of ports arrive a little later. */
const delivery = () => new Promise((resolve) => setTimeout(resolve, 5));

describe.each(makings)('a ring of $name', ({ isShared }) => {
  function open(): { writer: RingWriter; reader: RingReader } {
    const ring = createRing(shape, isShared);
    return { writer: ring.writer, reader: openRing(ring.source, shape, RATE_HZ) };
  }

  const frames = (...values: number[]) => Float32Array.from(values.flatMap((v) => [v, -v]));

  it('gives blocks in order, with their heads and the sender’s clock', async () => {
    const { writer, reader } = open();
    expect(writer.write(frames(1, 2, 3), 3, blockFlags.discontinuity, 100)).toBe(true);
    expect(writer.write(frames(4, 5), 2, blockFlags.endOfSound, 103)).toBe(true);
    expect(reader.availableFrames).toBe(0);
    await delivery();
    reader.refresh();
    expect(reader.availableFrames).toBe(5);
    expect(reader.newestEndMs).toBe(105);
    expect(reader.newestFlags).toBe(blockFlags.endOfSound);
    expect([reader.headFlags, reader.headFrames, reader.headMs]).toEqual([1, 3, 100]);
    const output = new Float32Array(10);
    expect(reader.read(output, 1, 2)).toBe(2);
    expect([...output.subarray(2, 6)]).toEqual([1, -1, 2, -2]);
    expect([reader.headFrames, reader.headMs, reader.isAtHead]).toEqual([1, 102, false]);
    expect(reader.read(output, 0, 5)).toBe(1);
    expect([reader.headFlags, reader.headFrames, reader.isAtHead]).toEqual([2, 2, true]);
    expect(reader.skip(9)).toBe(2);
    expect(reader.availableFrames).toBe(0);
    expect(reader.read(output, 0, 5)).toBe(0);
  });

  it('takes a block whole or not at all, and never writes over what was not read', async () => {
    const { writer, reader } = open();
    const half = Float32Array.from({ length: 64 }, (_, i) => i);
    expect(writer.write(half, 32, 0, 0)).toBe(true);
    expect(writer.write(half, 32, 0, 32)).toBe(true);
    expect(writer.write(half, 1, 0, 64)).toBe(false);
    await delivery();
    reader.refresh();
    const output = new Float32Array(128);
    expect(reader.read(output, 0, 64)).toBe(32);
    expect([...output.subarray(0, 64)]).toEqual([...half]);
    reader.recycle();
    await delivery();
    expect(writer.write(half, 33, 0, 64)).toBe(false);
    expect(writer.write(half, 32, 0, 64)).toBe(true);
  });

  it('says how much follows without a break', async () => {
    const { writer, reader } = open();
    for (const [count, flags] of [
      [4, 1],
      [4, 0],
      [4, 1],
      [4, 0],
    ] as const) {
      writer.write(new Float32Array(8), count, flags, 0);
    }
    await delivery();
    reader.refresh();
    expect(reader.framesToBreak(100)).toBe(8);
    expect(reader.framesToBreak(3)).toBe(4);
    reader.skip(4);
    reader.skip(2);
    expect(reader.framesToBreak(100)).toBe(2);
    reader.skip(2);
    expect(reader.framesToBreak(100)).toBe(8);
  });

  it('passes blocks without frames, but not what they say', async () => {
    const { writer, reader } = open();
    writer.write(new Float32Array(8), 4, 0, 0);
    writer.write(new Float32Array(0), 0, blockFlags.endOfSound, 4);
    await delivery();
    reader.refresh();
    expect(reader.newestFlags).toBe(blockFlags.endOfSound);
    reader.skip(4);
    expect([reader.headFrames, reader.availableFrames]).toEqual([0, 0]);
    writer.write(frames(7), 1, 0, 5);
    await delivery();
    reader.refresh();
    expect(reader.headFrames).toBe(1);
  });
});

describe('a ring between two threads', () => {
  let writerCode = '';

  beforeAll(async () => {
    const built = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        lib: { entry: new URL('ring-writer.ts', import.meta.url).pathname, formats: ['es'] },
        rollupOptions: { external: ['node:worker_threads'] },
      },
    });
    const output = Array.isArray(built) ? built[0] : built;
    if (output && 'output' in output) writerCode = output.output[0].code;
  });

  it.each(makings)(
    'by $name loses nothing and mixes up nothing, whatever the pace',
    async ({ isShared }) => {
      const wantedFrames = isShared ? 200_000 : 50_000;
      const { port1, port2 } = new MessageChannel();
      const memory = createSharedRing(shape);
      const shared: RingSource = { kind: 'shared', memory };
      const reader = openRing(
        isShared ? shared : { kind: 'transferred', port: asBrowserPort(port2) },
        shape,
        RATE_HZ,
      );
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(writerCode)}`), {
        workerData: {
          source: isShared ? shared : { kind: 'transferred', port: port1 },
          ...{ shape, wantedFrames, seed: testSeed },
        },
        transferList: [port1],
      });
      const random = seededRandom(testSeed + 1);
      const output = new Float32Array(2 * shape.capacityFrames);
      let readFrames = 0;
      let wrongCount = 0;
      while (readFrames < wantedFrames) {
        reader.refresh();
        const expectedMs = readFrames;
        if (reader.availableFrames > 0 && reader.headMs !== expectedMs) wrongCount += 1;
        const count = reader.read(output, 0, 1 + random(40));
        for (let i = 0; i < count; i++) {
          const value = (readFrames + i) % 65_536;
          if (output[2 * i] !== value || output[2 * i + 1] !== -value) wrongCount += 1;
        }
        readFrames += count;
        if (count === 0 || !isShared) {
          reader.recycle();
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      await worker.terminate();
      port2.close();
      expect(wrongCount, `seed ${testSeed}`).toBe(0);
    },
  );
});

/** They do the same, and TypeScript does not know. */
function asBrowserPort(port: NodePort): MessagePort {
  return port as unknown as MessagePort;
}
