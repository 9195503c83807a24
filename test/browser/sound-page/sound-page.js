// The page on which tests try the library: keeps what was played and told, and hands it out.
import * as library from '/browser/audiofile-gateway.js';

const relayUrl = `ws://${location.host}/relay`;
const relay = library.sound.connect(relayUrl, 'sound page');
const players = [];

/** @returns the number of the player, by which the rest below names it */
function play(device, options) {
  const player = library.sound.play(relay, device, options);
  const kept = { player, played: [], states: [player.state], reports: [], frameCount: 0 };
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

/** When the clicks that were played came out, on the clock that all pages of a machine share. */
function clickMoments(index) {
  const context = library.outputContext();
  const { contextTime, performanceTime } = context.getOutputTimestamp();
  const moments = [];
  for (const { samples, startFrame } of players[index].played) {
    for (let i = 1; i + 1 < samples.length; i++) {
      const isPeak = samples[i] > samples[i - 1] && samples[i] >= samples[i + 1];
      if (!isPeak || samples[i] < 0.4) continue;
      const seconds = (startFrame + i) / context.sampleRate;
      moments.push(performance.timeOrigin + performanceTime + (seconds - contextTime) * 1000);
    }
  }
  return moments;
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

Object.assign(globalThis, {
  ...{
    library,
    relay,
    relayUrl,
    players,
    play,
    played,
    clickMoments,
    speak,
    microphoneStates,
    microphoneLevels,
  },
  contextRateHz: new AudioContext().sampleRate,
  isReady: true,
});

// What tests evaluate counts as a gesture for the browser; this does not.
const device = new URLSearchParams(location.search).get('play');
if (device !== null) play(Number(device));
