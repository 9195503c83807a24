// The page of the latency benchmark: plays a device of the gateway through the library, as pages do, while
// stamps of the floor go the same way with nothing between. Both are timed in the audio thread.
import * as library from '/browser/audiofile-gateway.js';

const asked = new URLSearchParams(location.search);
const relayUrl = asked.get('gateway') ?? '';
const FRAME_MS = 10;
const STAMPS = 256;
/** Pulses are louder than this, and what else is played is not. */
const LOUD = 0.3;

const relay = library.sound.connect(relayUrl, 'latency');
const context = library.outputContext();

/** When blocks of the context's clock were rendered, by their first frames. */
const renderedMs = new Map();
const pulses = [];
const reports = [];
let floorDelays = [];
let framesSinceLoud = 0;

/** A pulse begins where it has been quiet for a while. */
function findPulses(samples, startFrame, channelCount) {
  for (let i = 1; i < samples.length; i += channelCount) {
    framesSinceLoud += 1;
    if (samples[i] < LOUD) continue;
    if (framesSinceLoud > 480) pulses.push(startFrame + (i - 1) / channelCount);
    framesSinceLoud = 0;
  }
}

async function start() {
  await context.audioWorklet.addModule('/latency-worklet.js');
  // A count, and the last stamps.
  const memory = new SharedArrayBuffer(8 + 8 * STAMPS);
  const count = new Int32Array(memory, 0, 1);
  const stamps = new Float64Array(memory, 8);
  const node = new AudioWorkletNode(context, 'latency-clock', { processorOptions: { memory } });
  node.port.onmessage = ({ data }) => {
    floorDelays.push(...data.floorDelays);
    for (const [i, frame] of data.frames.entries()) renderedMs.set(frame, data.timesMs[i]);
  };
  node.connect(context.destination);
  const floor = new WebSocket(`ws://${location.host}/floor`);
  floor.binaryType = 'arraybuffer';
  floor.onmessage = ({ data }) => {
    stamps[count[0] % STAMPS] = new DataView(data).getFloat64(0, true);
    Atomics.add(count, 0, 1);
  };
  const { number, channelCount } = relay.devices.find(({ name }) => name === 'hifi');
  const player = library.sound.play(relay, number, { frameMs: FRAME_MS });
  player.onReport((report) => reports.push(report));
  player.onPlayed((samples, startFrame) => findPulses(samples, startFrame, channelCount));
}

/** What came since the last time: the moments of pulses on the clock of Date, and how late the floor's stamps were. */
function take() {
  const blockFrames = 128;
  const pulsesMs = pulses
    .splice(0)
    .map((frame) => renderedMs.get(frame - (frame % blockFrames)))
    .filter((ms) => ms !== undefined);
  const delays = floorDelays;
  floorDelays = [];
  const told = reports.splice(0);
  for (const frame of renderedMs.keys()) {
    if (frame < context.currentTime * context.sampleRate - 10 * context.sampleRate)
      renderedMs.delete(frame);
  }
  return { pulsesMs, floorDelays: delays, reports: told };
}

Object.assign(globalThis, { start, take, relay });
