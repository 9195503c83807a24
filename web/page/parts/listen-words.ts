// What the buttons for listening and speaking say in each state.
import type { MicrophoneState, PlayerState } from '../../audio/face.ts';
import type { DeviceModel } from '../model/device.ts';
import { msInWords } from '../words/in-words.ts';
import { latencyMs } from '../words/latency.ts';
import { microphoneTrouble } from '../words/state-words.ts';

const playerWords: Readonly<Record<Exclude<PlayerState, 'playing'>, string>> = {
  needsGesture: 'Your browser waits for a click or a key',
  silent: 'It is quiet: nothing plays right now',
  priming: 'Sound is arriving …',
  waiting: 'Waiting for the gateway',
};

export function listenDetail(device: DeviceModel): string {
  const listening = device.listening.value;
  if (!listening) return `to ${device.listing.value.name}`;
  const state = listening.state.value;
  if (state === 'priming' && device.clients.value?.length === 0) return playerWords.silent;
  if (state !== 'playing') return playerWords[state];
  const report = listening.report.value;
  return report ? `${msInWords(latencyMs(report))} behind` : 'You hear it';
}

const microphoneWords: Readonly<Record<Exclude<MicrophoneState['kind'], 'failed'>, string>> = {
  opening: 'Your browser asks for the microphone …',
  live: 'You can be heard',
  waiting: 'Waiting for the gateway',
};

/** A sentence as a label. */
function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

export function speakDetail(device: DeviceModel): string {
  const state = device.speaking.value?.state.value;
  if (!state) return `into ${device.listing.value.name}`;
  if (state.kind === 'failed') return withoutStop(microphoneTrouble[state.code].happened);
  return microphoneWords[state.kind];
}

/** A microphone that failed is not in use, though its failure is still shown. */
export function isSpeaking({ speaking }: DeviceModel): boolean {
  return speaking.value !== undefined && speaking.value.state.value.kind !== 'failed';
}

export function toggleListening(device: DeviceModel): void {
  const listening = device.listening.value;
  if (listening && listening.state.value !== 'needsGesture') device.stopListening();
  else device.listen();
}

export function toggleSpeaking(device: DeviceModel): void {
  if (isSpeaking(device)) device.stopSpeaking();
  else device.speak();
}

export type ListenKind = 'off' | 'gesture' | 'on';

export function listenKind({ listening }: DeviceModel): ListenKind {
  if (!listening.value) return 'off';
  return listening.value.state.value === 'needsGesture' ? 'gesture' : 'on';
}

export const listenLabels: Readonly<Record<ListenKind, string>> = {
  off: 'Listen',
  gesture: 'Press to hear',
  on: 'Stop listening',
};

export function speakLabel(isOn: boolean): string {
  return isOn ? 'Stop speaking' : 'Speak';
}
