// What a person is told in each state: what happened, what it means, and what to do.
import type { MicrophoneState, RefusalCode, RelayState } from '../../audio/face.ts';

export type Tone = 'good' | 'busy' | 'bad';

export interface StateWords {
  readonly tone: Tone;
  /** One or two words for the corner of the page. */
  readonly short: string;
  readonly happened: string;
  readonly means: string;
  readonly toDo: string;
}

const connecting: StateWords = {
  tone: 'busy',
  short: 'Connecting',
  happened: 'Connecting to the gateway …',
  means: 'Nothing can be heard or said until it answers.',
  toDo: 'Wait a moment: this page goes on by itself.',
};

const live: StateWords = {
  tone: 'good',
  short: 'Live',
  happened: 'The gateway is live.',
  means: 'What programs play can be heard here, and what you say can be recorded there.',
  toDo: 'Press Listen to hear it.',
};

const wentAway: StateWords = {
  tone: 'bad',
  short: 'Away',
  happened: 'The gateway went away.',
  means: 'It was stopped, or the network is down; there is no sound until it is back.',
  toDo: 'What you were doing goes on by itself as soon as it answers.',
};

const neverAnswered: StateWords = {
  tone: 'bad',
  short: 'No answer',
  happened: 'The gateway does not answer.',
  means: 'It may not be running, or the network keeps this page from it.',
  toDo: 'Look whether it runs; this page keeps trying.',
};

const refusals: Readonly<Record<RefusalCode, Trouble>> = {
  token: {
    happened: 'The gateway does not let this page in.',
    means: 'The link that opened it has no token, or one that is no longer right.',
    toDo: 'Open the link that the gateway printed when it started, or ask whoever runs it for another.',
  },
  origin: {
    happened: 'The gateway does not let pages of this site in.',
    means: 'It talks to its own page, and to those of sites that it was told to trust.',
    toDo: 'Open the gateway’s own page, or start it with --allowed-origins and this site.',
  },
  host: {
    happened: 'The gateway does not answer to this name.',
    means: 'Another site could have chosen the name, so it knows only its own.',
    toDo: 'Open the link that it printed when it started, or start it with --host-names and this name.',
  },
  version: {
    happened: 'This page and the gateway are of different versions.',
    means:
      'The gateway was replaced while the page was open, so they do not understand each other.',
    toDo: 'Reload the page.',
  },
  other: {
    happened: 'The gateway refused this page.',
    means: 'It answers, but it will not talk to this page, however often it is asked.',
    toDo: 'Reload the page; if that does not help, the log of the gateway says more.',
  },
};

/** What can be done about it in the page. */
export function refusalDeed(code: RefusalCode): string {
  return code === 'token' ? 'Sign in' : 'Reload the page';
}

/** `wasLive`: whether this page has heard from the gateway before. */
export function relayWords(state: RelayState, wasLive: boolean): StateWords {
  switch (state.kind) {
    case 'connecting':
      return connecting;
    case 'live':
      return live;
    case 'waiting':
      return wasLive ? wentAway : neverAnswered;
    case 'refused':
      return { ...refusals[state.code], tone: 'bad', short: 'Refused' };
  }
}

/** Of the moment at which the next try comes by itself. */
export function countdownInWords(retryAtMs: number, nowMs: number): string {
  const seconds = Math.ceil((retryAtMs - nowMs) / 1_000);
  return seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again now …';
}

export type Trouble = Pick<StateWords, 'happened' | 'means' | 'toDo'>;

export const gestureNeeded: Trouble = {
  happened: 'Your browser is waiting for you.',
  means: 'It lets no page make a sound before you have pressed something in it.',
  toDo: 'Press the button, or any key.',
};

type MicrophoneFailure = Extract<MicrophoneState, { kind: 'failed' }>['code'];

export const microphoneTrouble: Readonly<Record<MicrophoneFailure, Trouble>> = {
  forbidden: {
    happened: 'The gateway does not let you speak.',
    means: 'The link that opened this page is good for less.',
    toDo: 'Ask whoever runs the gateway for a link that lets you speak.',
  },
  insecure: {
    happened: 'This page cannot have a microphone.',
    means: 'Browsers give one only to pages that came over https, or from this very machine.',
    toDo: 'Open the page over https://, or as http://localhost on the machine of the gateway.',
  },
  denied: {
    happened: 'The microphone was refused.',
    means: 'You or your browser’s settings do not let this page use it.',
    toDo: 'Allow it beside the address of the page, then press Speak again.',
  },
  missing: {
    happened: 'There is no microphone.',
    means: 'Your browser knows of none on this device.',
    toDo: 'Plug one in or switch one on, then press Speak again.',
  },
  lost: {
    happened: 'The microphone went away.',
    means: 'It was unplugged, or another program took it; nobody hears you now.',
    toDo: 'Connect it again, then press Speak again.',
  },
  other: {
    happened: 'The microphone does not work.',
    means: 'Your browser could not open it.',
    toDo: 'Close other programs that use it, then press Speak again.',
  },
};

export function deviceRemoved(name: string): Trouble {
  return {
    happened: `The device “${name}” was removed.`,
    means: 'The gateway’s configuration no longer has it, so it has no sound.',
    toDo: 'Choose another device, or add it to the configuration again.',
  };
}

export function fileTrouble(fileName: string, reason: string): Trouble {
  return {
    happened: `“${fileName}” could not be played.`,
    means: reason,
    toDo: 'Try another file: WAV, MP3, Ogg and FLAC work in most browsers.',
  };
}

/** The gateway's own sentence about something that was asked of it. */
export function requestRefused(message: string): Trouble {
  return {
    happened: 'The gateway did not do what was asked.',
    means: message,
    toDo: 'What you see is how things are now.',
  };
}

export function recordingLost(name: string, reason: string): Trouble {
  return {
    happened: `The recording of what “${name}” hears was ended.`,
    means: reason,
    toDo: 'What was heard until then is saved; record again when the gateway is live.',
  };
}

export const recordingFull: Trouble = {
  happened: 'The recording was ended.',
  means: 'It had become as large as this page can keep.',
  toDo: 'Save it, and record again for the rest.',
};
