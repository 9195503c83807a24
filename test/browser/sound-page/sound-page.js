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

let microphone;
const microphoneStates = [];
function speak(device, options) {
  microphone = library.sound.speak(relay, device, options);
  microphoneStates.push(microphone.state);
  microphone.onState((state) => microphoneStates.push(state));
}

Object.assign(globalThis, {
  ...{ library, relay, relayUrl, players, play, played, speak, microphoneStates },
  contextRateHz: new AudioContext().sampleRate,
  isReady: true,
});
