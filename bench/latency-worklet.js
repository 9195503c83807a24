// Notes, in the audio thread, when each block is rendered, and when a stamp of the floor is first seen there.

/** Blocks between two messages to the page. */
const BLOCKS_TOLD = 64;
/** Date counts whole milliseconds. */
const MEAN_CUT_MS = 0.5;

class LatencyClock extends AudioWorkletProcessor {
  #stamps;
  #count;
  #seen = 0;
  #frames = [];
  #timesMs = [];
  #floorDelays = [];

  constructor({ processorOptions: { memory } }) {
    super();
    this.#count = new Int32Array(memory, 0, 1);
    this.#stamps = new Float64Array(memory, 8);
  }

  process() {
    const nowMs = Date.now() + MEAN_CUT_MS;
    this.#frames.push(currentFrame);
    this.#timesMs.push(nowMs);
    const count = Atomics.load(this.#count, 0);
    for (; this.#seen < count; this.#seen++) {
      this.#floorDelays.push(nowMs - this.#stamps[this.#seen % this.#stamps.length]);
    }
    if (this.#frames.length === BLOCKS_TOLD) this.#tell();
    return true;
  }

  #tell() {
    this.port.postMessage({
      frames: this.#frames,
      timesMs: this.#timesMs,
      floorDelays: this.#floorDelays,
    });
    this.#frames = [];
    this.#timesMs = [];
    this.#floorDelays = [];
  }
}

registerProcessor('latency-clock', LatencyClock);
