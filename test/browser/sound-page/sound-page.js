// The page on which tests try the library: keeps what was played and told, and hands it out.
import * as library from '/browser/audiofile-gateway.js';

const asked = new URLSearchParams(location.search);
const relayUrl = asked.get('gateway') ?? `ws://${location.host}/relay`;
const FRAME_HEADER_BYTES = 24;
const relay = library.sound.connect(relayUrl, 'sound page');
const players = [];

/** @returns the number of the player, by which the rest below names it */
function play(device, options) {
  const player = library.sound.play(relay, device, options);
  const kept = { player, device, played: [], states: [player.state], reports: [], frameCount: 0 };
  player.onState((state) => kept.states.push(state));
  player.onReport((report) => kept.reports.push(report));
  player.onPlayed((samples, startFrame) => kept.played.push({ samples, startFrame }));
  player.onFrames((samples, channelCount) => {
    kept.frameCount += samples.length / channelCount;
  });
  players.push(kept);
  return players.length - 1;
}

/** All that was played so far, interleaved, as base64 of its floats: JSON would take long. */
function played(index) {
  const pieces = players[index].played.map(({ samples }) => new Uint8Array(samples.buffer));
  let text = '';
  for (const piece of pieces) for (const byte of piece) text += String.fromCharCode(byte);
  return btoa(text);
}

/** The frames of the context's clock at which clicks were played. */
function clickFrames(index) {
  const { played, device } = players[index];
  const { channelCount } = relay.devices.find(({ number }) => number === device);
  return played.flatMap(({ samples, startFrame }) => {
    const frames = [];
    const at = (frame) => samples[frame * channelCount] ?? 0;
    for (let frame = 0; frame < samples.length / channelCount; frame++) {
      const isPeak = at(frame) > at(frame - 1) && at(frame) >= at(frame + 1);
      if (isPeak && at(frame) > 0.4) frames.push(startFrame + frame);
    }
    return frames;
  });
}

/** When clicks came out of the speakers, on the clock that all pages of a machine share. */
function clickMoments(index) {
  const context = library.outputContext();
  const { contextTime, performanceTime } = context.getOutputTimestamp();
  const startMs = performance.timeOrigin + performanceTime - contextTime * 1000;
  return clickFrames(index).map((frame) => startMs + (frame / context.sampleRate) * 1000);
}

/** When clicks left the worklet, on the same clock. */
function renderMoments(index) {
  const context = library.outputContext();
  const latencyMs = (context.baseLatency + context.outputLatency) * 1000;
  return clickMoments(index).map((moment) => moment - latencyMs);
}

const microphoneStates = [];
const microphoneLevels = [];
function speak(device, options) {
  const microphone = library.sound.speak(relay, device, options);
  globalThis.microphone = microphone;
  microphoneStates.push(microphone.state);
  microphone.onLevel((level) => microphoneLevels.push(level));
  microphone.onState((state) => microphoneStates.push(state));
}

const captured = [];

/** From now on keeps what the capture worklet hands out. */
function keepCaptured() {
  const send = relay.sendFrame.bind(relay);
  relay.sendFrame = (bytes) => {
    captured.push(bytes.slice(FRAME_HEADER_BYTES));
    return send(bytes);
  };
}

const pageMoments = [];
const audioMoments = [];

/** From now on keeps when the page's own thread and the browser's audio thread had their turns. */
async function watchThreads() {
  setInterval(() => pageMoments.push(Date.now()), 10);
  const watch = `registerProcessor('watch', class extends AudioWorkletProcessor {
    process() {
      this.port.postMessage([Date.now(), (currentFrame / sampleRate) * 1000]);
      return true;
    }
  })`;
  const context = library.outputContext();
  await context.audioWorklet.addModule(
    URL.createObjectURL(new Blob([watch], { type: 'text/javascript' })),
  );
  const node = new AudioWorkletNode(context, 'watch', { numberOfInputs: 0 });
  node.port.onmessage = ({ data }) => audioMoments.push(data);
  node.connect(context.destination);
}

/** All that was captured so far, interleaved, as base64 of its 16-bit samples. */
async function capturedSamples() {
  return base64Of(new Uint8Array(await new Blob(captured).arrayBuffer()));
}

function base64Of(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Plays a tone as a file on a device of the gateway; `fileShare` shows how far it is. */
function playToneFile(deviceIndex, hz, seconds) {
  const rateHz = 44_100;
  const recorder = library.createRecorder();
  recorder.take(
    Int16Array.from({ length: rateHz * seconds }, (_, i) =>
      Math.round(16_000 * Math.sin((2 * Math.PI * hz * i) / rateHz)),
    ),
    1,
    rateHz,
  );
  globalThis.fileStop = new AbortController();
  globalThis.fileShares = [];
  const options = {
    onProgress: (share) => globalThis.fileShares.push(share),
    signal: globalThis.fileStop.signal,
  };
  const end = library.playFile(relayUrl, deviceIndex, recorder.toWav(), options);
  globalThis.fileEnd = end.then(
    () => 'played',
    (error) => error.message,
  );
}

Object.assign(globalThis, {
  ...{ library, relay, relayUrl, players, play, played, clickMoments, renderMoments },
  ...{ playToneFile, speak, microphoneStates, microphoneLevels },
  ...{ keepCaptured, capturedSamples, captured, watchThreads, audioMoments, pageMoments },
  contextRateHz: new AudioContext().sampleRate,
  isReady: true,
});

// What tests evaluate counts as a gesture for the browser; this does not.
const device = asked.get('play');
if (device !== null) play(Number(device));
