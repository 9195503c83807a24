// What the soak test saw over time: one entry for each look.
import type { Figures, Tally } from './worker.ts';

export interface Look {
  readonly minutes: number;
  readonly gateway: Figures;
  /** Of the gateway, in parts of one core, since the look before. */
  readonly cpuShare: number;
  /** After a garbage collection; absent where there was none. */
  readonly collected: Figures | undefined;
  /** A process that does nothing. */
  readonly idle: Figures;
  /** The process of the listeners and microphones, which may be late itself. */
  readonly peers: Figures;
  readonly loadAverage: number;
  /** Sums since the start. */
  readonly programs: Tally;
  readonly pages: Tally;
  readonly metrics: Tally;
}

/** What must stay 0, or is the machine's doing: name, what it means, and where it is counted. */
export interface Trouble {
  readonly name: string;
  readonly doc: string;
  readonly of: (look: Look) => number;
  /** A machine that is busy with something else can cause it. */
  readonly isAboutTime?: boolean;
  /** A late play causes it too, because it is heard as silence. */
  readonly followsLatePlays?: boolean;
}

const program = (name: string) => (look: Look) => look.programs[name] ?? 0;
const page = (name: string) => (look: Look) => look.pages[name] ?? 0;
const metric = (name: string) => (look: Look) => look.metrics[name] ?? 0;

export const troubles: readonly Trouble[] = [
  {
    name: 'Late plays',
    doc: 'pieces that programs played after their time, of all that were played',
    of: program('latePieces'),
    isAboutTime: true,
  },
  {
    name: 'Wrong recordings',
    doc: 'pieces of 100 ms that were recorded other than they were played',
    of: program('wrongRecordings'),
    followsLatePlays: true,
  },
  {
    name: 'Wrong frames',
    doc: 'frames that a listener heard other than they were played',
    of: page('wrongFrames'),
    followsLatePlays: true,
  },
  {
    name: 'Lost frames',
    doc: 'times at which a listener’s next frame was not the one that follows, and did not say so',
    of: page('lostFrames'),
  },
  {
    name: 'Underruns',
    doc: 'frames that came more than 120 ms after the fastest way there is',
    of: page('underruns'),
    isAboutTime: true,
  },
  {
    name: 'Frames dropped by the gateway',
    doc: 'because a listener was behind with reading',
    of: metric('audiofile_dropped_frames_total'),
    isAboutTime: true,
  },
  {
    name: 'Late frames of microphones',
    doc: 'that came too late to be recorded whole',
    of: metric('audiofile_late_heard_frames_total'),
    isAboutTime: true,
  },
  {
    name: 'Overtaken recordings',
    doc: 'pieces that a program asked for when the device had forgotten them, after 4 s',
    of: program('overtakenRecordings'),
    isAboutTime: true,
  },
  {
    name: 'Broken speech',
    doc: 'blocks of 20 ms of recorded speech whose level is not the spoken one',
    of: program('brokenSpeechBlocks'),
    isAboutTime: true,
  },
  {
    name: 'Missed events',
    doc: 'changes of a property that a listener had not heard of after 5 s',
    of: program('missedEvents'),
  },
  {
    name: 'Failed programs',
    doc: 'programs that ended with an error',
    of: program('failures'),
  },
  { name: 'Ended pages', doc: 'pages that the gateway disconnected', of: page('endedPages') },
];

const latePlays = program('latePieces');

/** What went wrong in all that no busy machine excuses. */
export function graveCount(look: Look): number {
  return troubles
    .filter(({ isAboutTime }) => !isAboutTime)
    .filter(({ followsLatePlays }) => !followsLatePlays || latePlays(look) === 0)
    .reduce((sum, { of }) => sum + of(look), 0);
}

/** What went well, for scale. */
export const works: readonly Trouble[] = [
  { name: 'Pieces played', doc: 'of 100 ms, by 18 players', of: program('playedPieces') },
  { name: 'Pieces recorded', doc: 'by 21 recorders', of: program('recordedPieces') },
  { name: 'Frames heard', doc: 'by 50 listeners, each checked', of: page('heardFrames') },
  { name: 'Frames spoken', doc: 'into 5 microphones', of: page('spokenFrames') },
  { name: 'Events', doc: 'heard by 4 programs', of: program('events') },
  { name: 'Visits', doc: 'programs that came and went again', of: program('visits') },
];
