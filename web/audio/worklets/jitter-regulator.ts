// How much sound to hold back, and how fast to play it: enough that late frames still come in time, and no
// more. Knows neither rings nor samples; all of its clocks are arguments. Allocates nothing after creation.

export interface RegulatorOptions {
  /** How much sound a block carries at most. */
  readonly frameMs: number;
}

export interface JitterRegulator {
  /** How much should wait to be played, as a mean. */
  readonly targetMs: number;
  /** How much faster the sender's clock runs than ours, as far as it is known. */
  readonly driftPpm: number;
  readonly isRecovering: boolean;
  /**
   * Sound arrived. Until now the newest was at `newestMs` of the sender's clock; our clock shows `nowMs`.
   * Not to be called for sound that follows silence: nobody waited for it.
   */
  arrived(newestMs: number, nowMs: number): void;
  /** Playing begins, or begins again elsewhere in the sound. */
  started(): void;
  /** The sound ran dry before its end: frames come later than was known. */
  ranDry(): void;
  /** To be called each quantum while it plays: by how much more waits than should, or how late it plays. */
  measured(errorMs: number, isOfMoment: boolean): void;
  /** The mean of the last complete measurement; 0 before. */
  readonly meanErrorMs: number;
  /** How fast to play: 1 is the sender's rate. */
  readonly speed: number;
}

const HIGHEST_TARGET_MS = 500;
const FIRST_TARGET_MS = 100;
/** Of the lateness of recent frames; the rest may come too late. */
const PERCENTILE = 0.98;
/** Frames that count as recent: 10 s of 20 ms. */
const RECENT_ARRIVALS = 512;
/**
 * What the percentile leaves out tears the sound each time where it is later than what is held back. Each time
 * that happens, so much more is held back, and a third of a millisecond less each second that goes well: on a
 * network that is late now and then the sound is torn a few times a minute, and on a good one it costs nothing.
 */
const CAUTION = { stepMs: 5, mostMs: 40, forgottenMsPerMs: 1 / 3_000 };
/** Before so many arrivals nothing is known. */
const FEWEST_ARRIVALS = 25;
/** A sender whose clock jumps by so much is another sender, of which nothing is known. */
export const CLOCK_JUMP_MS = 10_000;
const QUANTA_PER_MEAN = 128;

/** Correction begins beyond the one error and goes on to the other. */
const LEVEL_ERROR = { beginBeyondMs: 4, stopWithinMs: 1 };
/** A moment is known better than a level, which goes up and down with each frame. */
const MOMENT_ERROR = { beginBeyondMs: 0.4, stopWithinMs: 0.1 };
const MOST_NORMALLY = 0.005;
const MOST_RECOVERING = 0.02;
/** An error is gone after about so long, unless the bounds above forbid. */
const CORRECTION_MS = 2_000;

export function createJitterRegulator({ frameMs }: RegulatorOptions): JitterRegulator {
  /** How late each recent arrival was: our clock less the sender's. Only differences mean something. */
  const lateness = new Float64Array(RECENT_ARRIVALS);
  const sorted = new Float64Array(RECENT_ARRIVALS);
  let arrivalCount = 0;
  const drift = createDriftMeter();

  let cautionMs = 0;
  let arrivedMs = 0;
  let targetMs = FIRST_TARGET_MS;
  let isRecovering = true;
  let isCorrecting = false;
  let correction = 0;
  let errorSumMs = 0;
  let quanta = 0;
  let meanErrorMs = 0;
  let isMoment = false;

  function findTarget(): void {
    if (arrivalCount < FEWEST_ARRIVALS) return;
    const count = Math.min(arrivalCount, RECENT_ARRIVALS);
    // The unused rest stays at the end.
    sorted.fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < count; i++) sorted[i] = lateness[i] as number;
    sorted.sort();
    const earliest = sorted[0] as number;
    const late = (sorted[Math.ceil(count * PERCENTILE) - 1] as number) - earliest;
    // On whatever network: a frame is taken to come as late as it is long at least, so that two are held back.
    const wantedMs = Math.max(late, frameMs) + frameMs + cautionMs;
    targetMs = Math.min(HIGHEST_TARGET_MS, wantedMs);
  }

  function restartMean(): void {
    errorSumMs = 0;
    quanta = 0;
  }

  function takeMean(): void {
    meanErrorMs = errorSumMs / quanta;
    restartMean();
    findTarget();
    const magnitude = Math.abs(meanErrorMs);
    const { beginBeyondMs, stopWithinMs } = isMoment ? MOMENT_ERROR : LEVEL_ERROR;
    if (magnitude <= stopWithinMs) {
      isCorrecting = false;
      isRecovering = false;
    } else if (magnitude > beginBeyondMs) {
      isCorrecting = true;
    }
    const most = isRecovering ? MOST_RECOVERING : MOST_NORMALLY;
    const wanted = isCorrecting ? meanErrorMs / CORRECTION_MS : 0;
    correction = clamp(wanted + drift.ppm * 1e-6, most);
  }

  return {
    get targetMs() {
      return targetMs;
    },
    get driftPpm() {
      return drift.ppm;
    },
    get isRecovering() {
      return isRecovering;
    },
    get meanErrorMs() {
      return meanErrorMs;
    },
    get speed() {
      return 1 + correction;
    },
    arrived(newestMs, nowMs) {
      cautionMs = Math.max(0, cautionMs - (nowMs - arrivedMs) * CAUTION.forgottenMsPerMs);
      arrivedMs = nowMs;
      const lateMs = nowMs - newestMs;
      const last = lateness[(arrivalCount + RECENT_ARRIVALS - 1) % RECENT_ARRIVALS] as number;
      if (arrivalCount > 0 && Math.abs(lateMs - last) > CLOCK_JUMP_MS / 2) {
        arrivalCount = 0;
        drift.reset();
      }
      lateness[arrivalCount % RECENT_ARRIVALS] = lateMs;
      arrivalCount += 1;
      // Stays below 2^31, and at the same place of the ring.
      if (arrivalCount === 2 * RECENT_ARRIVALS) arrivalCount = RECENT_ARRIVALS;
      drift.add(nowMs, lateMs);
    },
    ranDry() {
      cautionMs = Math.min(CAUTION.mostMs, cautionMs + CAUTION.stepMs);
      findTarget();
    },
    started() {
      isRecovering = true;
      isCorrecting = false;
      correction = clamp(drift.ppm * 1e-6, MOST_NORMALLY);
      meanErrorMs = 0;
      restartMean();
    },
    measured(errorMs, isOfMoment) {
      isMoment = isOfMoment;
      errorSumMs += errorMs;
      quanta += 1;
      if (quanta >= QUANTA_PER_MEAN) takeMean();
    },
  };
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}

interface DriftMeter {
  readonly ppm: number;
  add(nowMs: number, lateMs: number): void;
  reset(): void;
}

const SECOND_MS = 1_000;
/** Seconds that are looked back on. */
const LOOK_BACK = 60;
/** Before so many seconds a line through them would say more of the network than of the clocks. */
const FEWEST_SECONDS = 12;
/** Quartz is within 100 ppm, bad quartz within 300; what seems worse is something else. */
const MOST_PPM = 1_000;

/**
 * The slope of the earliest arrivals: the least late frame of each second was hardly delayed at all, and a
 * straight line through those of the last minute shows how the clocks run apart.
 */
function createDriftMeter(): DriftMeter {
  const times = new Float64Array(LOOK_BACK);
  const earliest = new Float64Array(LOOK_BACK);
  let count = 0;
  let secondEndMs = Number.NEGATIVE_INFINITY;
  let leastMs = Number.POSITIVE_INFINITY;
  let leastAtMs = 0;
  let ppm = 0;

  function closeSecond(): void {
    const at = count % LOOK_BACK;
    times[at] = leastAtMs;
    earliest[at] = leastMs;
    count += 1;
    const used = Math.min(count, LOOK_BACK);
    if (used < FEWEST_SECONDS) return;
    const slope = slopeOf(times, earliest, used);
    // Lateness falls where the sender runs faster.
    ppm = Math.min(MOST_PPM, Math.max(-MOST_PPM, -slope * 1e6));
  }

  return {
    get ppm() {
      return ppm;
    },
    add(nowMs, lateMs) {
      if (nowMs >= secondEndMs) {
        if (leastMs !== Number.POSITIVE_INFINITY) closeSecond();
        secondEndMs = nowMs + SECOND_MS;
        leastMs = Number.POSITIVE_INFINITY;
      }
      if (lateMs < leastMs) {
        leastMs = lateMs;
        leastAtMs = nowMs;
      }
    },
    reset() {
      count = 0;
      ppm = 0;
      secondEndMs = Number.NEGATIVE_INFINITY;
      leastMs = Number.POSITIVE_INFINITY;
    },
  };
}

/** Least squares. */
function slopeOf(x: Float64Array, y: Float64Array, count: number): number {
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < count; i++) {
    meanX += (x[i] as number) / count;
    meanY += (y[i] as number) / count;
  }
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < count; i++) {
    const dx = (x[i] as number) - meanX;
    covariance += dx * ((y[i] as number) - meanY);
    variance += dx * dx;
  }
  return variance > 0 ? covariance / variance : 0;
}
