// Is loaded into a measured process before its own code (--import, with --expose-gc), and tells whoever
// forked it how it is: memory, processor time, and how late its event loop was since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * @typedef {object} Figures
 * @property {number} heapBytes
 * @property {number} bufferBytes
 * @property {number} residentBytes
 * @property {number} cpuMs of all threads, since the start
 * @property {number} delayP50Ms
 * @property {number} delayP99Ms
 * @property {number} delayMaxMs
 * @property {number} busyTurnMs the longest that the loop was late while the process had the processor: what
 *   others on the machine take does not count
 */

const TICK_MS = 10;
const NANOSECONDS_PER_MS = 1e6;
const MICROSECONDS_PER_MS = 1e3;

const delay = monitorEventLoopDelay({ resolution: TICK_MS });
delay.enable();
let busyTurnMs = 0;
let tickMs = performance.now();
let tickCpuMs = cpuMs();

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS_PER_MS;
}

function beginTurn() {
  tickMs = performance.now();
  tickCpuMs = cpuMs();
}

function look() {
  const lateMs = performance.now() - tickMs - TICK_MS;
  busyTurnMs = Math.max(busyTurnMs, Math.min(lateMs, cpuMs() - tickCpuMs));
  beginTurn();
}

/** @returns {Figures} */
function figures() {
  look();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  /** @param {number} nanoseconds */
  const lateMs = (nanoseconds) => Math.max(0, nanoseconds / NANOSECONDS_PER_MS - TICK_MS);
  const told = {
    heapBytes: heapUsed,
    bufferBytes: arrayBuffers,
    residentBytes: rss,
    cpuMs: cpuMs(),
    delayP50Ms: lateMs(delay.percentile(50)),
    delayP99Ms: lateMs(delay.percentile(99)),
    delayMaxMs: lateMs(delay.max),
    busyTurnMs,
  };
  delay.reset();
  busyTurnMs = 0;
  return told;
}

/** What is still held when all that can be let go of is gone; the pause of it counts for nothing. */
async function collected() {
  const before = figures();
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    // What finalizers let go of is collected in the next round.
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  delay.reset();
  busyTurnMs = 0;
  beginTurn();
  return { ...before, heapBytes: heapUsed, bufferBytes: arrayBuffers, residentBytes: rss };
}

process.on('message', async (/** @type {{ id: number, what: string }} */ { id, what }) => {
  if (what === 'figures') process.send?.({ id, answer: figures() });
  else if (what === 'collect') process.send?.({ id, answer: await collected() });
});
// Nobody is left behind by a parent that was killed.
process.on('disconnect', () => process.exit());
process.channel?.unref();
setInterval(look, TICK_MS).unref();
