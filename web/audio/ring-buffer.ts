// Sound on its way from the page to the audio thread: blocks of interleaved frames, each with a head that
// says what it is. One interface, two makings: shared memory where the page is cross-origin isolated,
// transferred buffers anywhere else.
import type { RingReader, RingShape, RingSource, RingWriter } from './ring-buffer-face.ts';
import { createSharedRing, sharedRingReader, sharedRingWriter } from './ring-buffer-shared.ts';
import { transferredRingReader, transferredRingWriter } from './ring-buffer-transferred.ts';

export * from './ring-buffer-face.ts';

export interface Ring {
  readonly writer: RingWriter;
  /** For the audio thread, with what must be transferred along. */
  readonly source: RingSource;
  readonly transfer: Transferable[];
}

export function createRing(shape: RingShape, isMemoryShared: boolean): Ring {
  if (isMemoryShared) {
    const memory = createSharedRing(shape);
    const writer = sharedRingWriter(memory, shape);
    return { writer, source: { kind: 'shared', memory }, transfer: [] };
  }
  const { port1, port2 } = new MessageChannel();
  const writer = transferredRingWriter(port1, shape);
  return { writer, source: { kind: 'transferred', port: port2 }, transfer: [port2] };
}

/** The other end; `rateHz` is that of the frames. */
export function openRing(source: RingSource, shape: RingShape, rateHz: number): RingReader {
  return source.kind === 'shared'
    ? sharedRingReader(source.memory, shape, rateHz)
    : transferredRingReader(source.port, shape, rateHz);
}
