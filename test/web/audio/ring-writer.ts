// The writing end of a ring in a thread of its own: counts upwards in blocks of random lengths.
import { workerData } from 'node:worker_threads';
import type { RingShape, RingSource } from '#web/audio/ring-buffer';
import { sharedRingWriter } from '#web/audio/ring-buffer-shared';
import { transferredRingWriter } from '#web/audio/ring-buffer-transferred';
import { seededRandom } from '../../support/random.ts';

interface Task {
  readonly source: RingSource;
  readonly shape: RingShape;
  readonly wantedFrames: number;
  readonly seed: number;
}

const { source, shape, wantedFrames, seed }: Task = workerData;
const writer =
  source.kind === 'shared'
    ? sharedRingWriter(source.memory, shape)
    : transferredRingWriter(source.port, shape);
const random = seededRandom(seed);
const samples = new Float32Array(2 * shape.capacityFrames);
let writtenFrames = 0;

while (writtenFrames < wantedFrames) {
  const frameCount = Math.min(wantedFrames - writtenFrames, 1 + random(shape.capacityFrames - 1));
  for (let i = 0; i < frameCount; i++) {
    const value = (writtenFrames + i) % 65_536;
    samples[2 * i] = value;
    samples[2 * i + 1] = -value;
  }
  while (!writer.write(samples, frameCount, 0, writtenFrames)) {
    // With shared memory nothing needs to arrive, but the other thread needs a processor.
    await new Promise((resolve) => setImmediate(resolve));
  }
  writtenFrames += frameCount;
}
