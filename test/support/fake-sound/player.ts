// Stands in for the player of a device: it plays music when it is told to.
import type { DeviceListing } from '#shared/relay/control';
import { musicAt } from '#test/support/fake-music';
import type { Level, Player, PlayerOptions, PlayerReport, PlayerState } from '#web/audio/face';
import { passTime } from './clock.ts';
import { start } from './start.ts';
import { createTeller } from './teller.ts';

const CHUNK_SECONDS = 0.02;
const CHUNKS_PER_REPORT = 12;

/** What a player of a quiet home network reports. */
export const usualReport: PlayerReport = {
  networkMs: 6,
  bufferMs: 62,
  outputMs: 24,
  targetMs: 60,
  underrunCount: 0,
  droppedFrameCount: 0,
  driftPpm: 12.4,
};

export function createFakePlayer(listing: DeviceListing, options: PlayerOptions) {
  const states = createTeller<[PlayerState]>();
  const reports = createTeller<[PlayerReport]>();
  const levels = createTeller<[Level]>();
  const pictures = createTeller<[Float32Array, number]>();
  const frames = createTeller<[Int16Array, number, number]>();
  const { rateHz, channelCount } = listing;
  let state: PlayerState = start().player ?? 'silent';
  let frame = 0;

  const player: Player = {
    get state() {
      return state;
    },
    volume: 1,
    onState: states.on,
    onReport: reports.on,
    onLevel: levels.on,
    onSamples: pictures.on,
    onFrames: frames.on,
    async resume() {
      if (state === 'needsGesture') become('silent');
    },
    stop() {
      isStopped = true;
    },
  };
  let isStopped = false;

  function become(next: PlayerState): void {
    state = next;
    states.tell(next);
  }

  function playChunk(): void {
    const length = Math.round(rateHz * CHUNK_SECONDS);
    const mono = Float32Array.from({ length }, (_, i) => musicAt(frame + i, rateHz));
    frame += length;
    passTime(CHUNK_SECONDS * 1_000);
    const peak = mono.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const rms = Math.sqrt(mono.reduce((sum, sample) => sum + sample ** 2, 0) / length);
    pictures.tell(mono, rateHz);
    levels.tell({ peak, rms });
    const frameSamples = new Int16Array(length * channelCount);
    for (let i = 0; i < frameSamples.length; i++) {
      frameSamples[i] = (mono[Math.floor(i / channelCount)] ?? 0) * 32_767;
    }
    frames.tell(frameSamples, channelCount, rateHz);
  }

  return {
    player,
    options,
    become,
    report: reports.tell,
    get isStopped() {
      return isStopped;
    },
    /** How many ask for samples and for levels: none should while nobody sees them. */
    get watcherCount() {
      return pictures.count + levels.count;
    },
    /** Plays music for so long, all at once. */
    play(seconds: number, report: PlayerReport = usualReport) {
      if (state !== 'playing') become('playing');
      for (let chunk = 0; chunk < seconds / CHUNK_SECONDS; chunk++) {
        playChunk();
        const swing = 9 * Math.sin(chunk / 31) + 4 * Math.sin(chunk / 7);
        if (chunk % CHUNKS_PER_REPORT > 0) continue;
        reports.tell({ ...report, bufferMs: Math.max(0, report.bufferMs + swing) });
      }
    },
  };
}
