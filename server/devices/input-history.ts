// What a device's input was set to, and since when: sound is taken from the buffers only when it is
// asked for, and must then be as it was heard, not as it would be heard now.

export interface InputSettings {
  readonly mask: number;
  readonly gainFactor: number;
}

interface Entry {
  readonly fromFrame: number;
  readonly settings: InputSettings;
}

/** Changes closer than this count as one, which bounds the history. */
const GRAIN_SECONDS = 0.005;

export class InputHistory {
  readonly #reachFrames: number;
  readonly #grainFrames: number;
  #entries: Entry[];

  /** Remembers `reachFrames` of the past. */
  constructor(settings: InputSettings, reachFrames: number, rateHz: number) {
    this.#entries = [{ fromFrame: Number.NEGATIVE_INFINITY, settings }];
    this.#reachFrames = reachFrames;
    this.#grainFrames = rateHz * GRAIN_SECONDS;
  }

  change(nowFrame: number, settings: InputSettings): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && nowFrame - last.fromFrame < this.#grainFrames) {
      this.#entries[this.#entries.length - 1] = { fromFrame: last.fromFrame, settings };
      return;
    }
    const oldest = nowFrame - this.#reachFrames;
    const isStillHeard = (_: Entry, i: number) => this.#endOf(i) > oldest;
    this.#entries = this.#entries.filter(isStillHeard);
    this.#entries.push({ fromFrame: nowFrame, settings });
  }

  /** Visits the stretches of constant settings from `startFrame` to `endFrame`, in order. */
  during(
    startFrame: number,
    endFrame: number,
    visit: (startFrame: number, endFrame: number, settings: InputSettings) => void,
  ): void {
    for (const [i, { fromFrame, settings }] of this.#entries.entries()) {
      const from = Math.max(fromFrame, startFrame);
      const to = Math.min(this.#endOf(i), endFrame);
      if (from < to) visit(from, to, settings);
    }
  }

  #endOf(index: number): number {
    return this.#entries[index + 1]?.fromFrame ?? Number.POSITIVE_INFINITY;
  }
}
