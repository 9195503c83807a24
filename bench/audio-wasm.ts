// Mixing by WebAssembly SIMD, as an experiment beside the kernel that is kept: what it would bring, with
// and without the copies that it needs because it reaches only memory of its own.
import { mixInto } from '#shared/audio/mix';
import { BLOCK_SAMPLES, type Subject, signal, subject } from './audio-subject.ts';

/** WebAssembly is everywhere that this runs, but only the DOM's types describe it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Record<string, unknown> };
};

interface Mixer {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Adds `count` samples, a multiple of 8, at byte `from` to the sums at byte `at`. */
  readonly mix: (at: number, from: number, count: number) => void;
}

const I32 = 0x7f;
const SIMD = 0xfd;
const [AT, FROM, COUNT] = [0, 1, 2];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, value];
const load = (offset: number) => [SIMD, 0x00, 0, offset];
const store = (offset: number) => [SIMD, 0x0b, 0, offset];
const EXTEND_LOW = [SIMD, 0xa7, 0x01];
const EXTEND_HIGH = [SIMD, 0xa8, 0x01];
const ADD_LANES = [SIMD, 0xae, 0x01];
const ADD = 0x6a;
const SUBTRACT = 0x6b;

/** Four sums at `offset` grow by four of the eight samples. */
const addFour = (offset: number, extend: readonly number[]) => [
  ...get(AT),
  ...get(AT),
  ...load(offset),
  ...get(FROM),
  ...load(0),
  ...extend,
  ...ADD_LANES,
  ...store(offset),
];
const advance = (local: number, bytes: number) => [
  ...get(local),
  ...constant(bytes),
  ADD,
  ...set(local),
];

const body = [
  0, // no further locals
  ...[0x03, 0x40], // loop
  ...addFour(0, EXTEND_LOW),
  ...addFour(16, EXTEND_HIGH),
  ...advance(AT, 32),
  ...advance(FROM, 16),
  ...get(COUNT),
  ...constant(8),
  SUBTRACT,
  ...[0x22, COUNT], // and again while samples are left
  ...[0x0d, 0],
  0x0b,
  0x0b,
];
const name = (text: string) => [text.length, ...Buffer.from(text)];
/** None of the parts is longer than what one byte of length can say. */
const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
const moduleBytes = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
  ...section(3, [1, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [2, ...name('mix'), 0, 0, ...name('memory'), 2, 0]),
  ...section(10, [1, body.length, ...body]),
);

function createMixer(): Mixer {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes));
  return instance.exports as unknown as Mixer;
}

const SUMS_AT = 0;
const SAMPLES_AT = 32_768;

type Copies = 'nothing' | 'samples' | 'samples and sums';

/** What a block needs lies anywhere in a larger buffer, so that copying takes a view of it first. */
function wasmSubject(sampleCount: number, copies: Copies): Subject {
  return subject(
    `mix ${sampleCount} by WebAssembly SIMD, copying ${copies}`,
    (set) => {
      const { mix, memory } = createMixer();
      const samples = signal(set, sampleCount);
      const sums = new Int32Array(sampleCount);
      const ownSamples = new Int16Array(memory.buffer, SAMPLES_AT, sampleCount);
      const ownSums = new Int32Array(memory.buffer, SUMS_AT, sampleCount);
      ownSamples.set(samples);
      return () => {
        if (copies === 'samples and sums') ownSums.set(sums.subarray(0, sampleCount));
        if (copies !== 'nothing') ownSamples.set(samples.subarray(0, sampleCount));
        mix(SUMS_AT, SAMPLES_AT, sampleCount);
        if (copies === 'samples and sums') sums.set(ownSums);
        return ownSums[0] ?? 0;
      };
    },
    sampleCount === BLOCK_SAMPLES ? { cKernel: 'mix' } : { samplesPerBlock: sampleCount },
  );
}

/** Beside these, the kernel that is kept, in the same sizes. */
function keptSubject(sampleCount: number): Subject {
  return subject(
    `mix ${sampleCount}, as it is kept`,
    (set) => {
      const samples = signal(set, sampleCount);
      const sums = new Int32Array(sampleCount);
      return () => {
        mixInto(sums, 0, samples, 0, sampleCount);
        return sums[0] ?? 0;
      };
    },
    { samplesPerBlock: sampleCount },
  );
}

export function wasmSubjects(): Subject[] {
  return [480, BLOCK_SAMPLES, 4_096].flatMap((count) => [
    keptSubject(count),
    wasmSubject(count, 'nothing'),
    wasmSubject(count, 'samples'),
    wasmSubject(count, 'samples and sums'),
  ]);
}
