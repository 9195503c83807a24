// A telephone line, seen from the device at its near end: hook switch, dialing, and what the line
// reports. Nothing here waits: what takes time goes on by timers.
import { spreadMono } from '#shared/audio/channels';
import { DTMF_RAMP_MS, dtmfSegments } from '#shared/audio/dtmf';
import { createToneGenerator } from '#shared/audio/tone';
import { type DialStep, parseDialString, pulseDigitMs } from './dial-plan.ts';
import type { Device, PhoneEvent, PhoneLine, Timers } from './face.ts';
import { Listeners } from './listeners.ts';

/** The far end: an exchange with its other telephones. */
export interface LineEnd {
  hookChanged(isOffHook: boolean): void;
  flashed(durationMs: number): void;
  /** Dialed by request. Tones are played on the line too, in these frames; pulses are only told here. */
  dialed(digit: string, tone: ToneFrames | undefined): void;
}

export interface ToneFrames {
  readonly startFrame: number;
  readonly endFrame: number;
}

/** The near end with the means to let things happen on the line. */
export interface VirtualPhoneLine extends PhoneLine {
  ring(state: 0 | 1): void;
  loop(state: 0 | 1): void;
  dtmf(digit: string, state: 0 | 1): void;
  /** Takes what is done at this end from now on; at first, and after undefined, nobody does. */
  connect(end: LineEnd | undefined): void;
  /** Gives up dialing and goes on hook without a word. */
  disconnect(): void;
}

export interface PhoneLinePorts {
  readonly timers: Timers;
  onError(error: unknown): void;
}

export type LineDevice = Pick<Device, 'rateHz' | 'channelCount' | 'nowFrame' | 'play'>;

export const MAX_FLASH_MS = 3000;
/** original.md 11: how long a relay takes, and how long the original waited for the dial tone after it. */
const RELAY_MS = 400;
const DIAL_TONE_MS = 500;
/** Digits are played this much ahead of now, so that late timers leave no mark on them. */
const LEAD_MS = 50;
/** Steps of dialing that may wait; a number that goes beyond is cut off there. */
export const MAX_WAITING_STEPS = 256;

/** The line's far end where there is none. */
const NOBODY: LineEnd = { hookChanged() {}, flashed() {}, dialed() {} };

type LineStep = DialStep | { readonly kind: 'hangUp' };

export function createPhoneLine(ports: PhoneLinePorts, device: LineDevice): VirtualPhoneLine {
  const listeners = new Listeners<[PhoneEvent]>((error) => ports.onError(error));
  let end = NOBODY;
  let isOffHook = false;
  let hasLoopCurrent = false;

  const waiting: LineStep[] = [];
  /** Where on the line the step after the current one begins; undefined while nothing is going on. */
  let nextStepFrame: number | undefined;
  let cancelTimer = () => {};

  function happen(event: PhoneEvent['event'], state: 0 | 1): void {
    listeners.tell({ event, frame: device.nowFrame(), state });
  }

  function moveHook(wanted: boolean): void {
    if (wanted === isOffHook) return;
    isOffHook = wanted;
    end.hookChanged(wanted);
  }

  function frames(durationMs: number): number {
    return Math.round((durationMs / 1000) * device.rateHz);
  }

  /** Plays a digit on all channels; gives how long it takes, with the gap after it. */
  function playTone(digit: string, startFrame: number): number {
    const segments = dtmfSegments(digit);
    const { rateHz, channelCount } = device;
    const options = { rateHz, segments, repeat: false, rampMs: DTMF_RAMP_MS };
    const generator = createToneGenerator(options);
    const mono = new Int16Array(generator.totalFrames);
    generator.fill16(mono, 0, mono.length);
    const samples = new Int16Array(mono.length * channelCount);
    spreadMono(mono, samples, mono.length, channelCount);
    device.play(startFrame, samples, mono.length, { preempt: false, gainDb: 0 });
    return mono.length;
  }

  /** Begins a step; gives the frames that it takes. */
  function begin(step: LineStep, startFrame: number): number {
    switch (step.kind) {
      case 'pause':
        return frames(step.durationMs);
      case 'flash':
        end.flashed(step.durationMs);
        return frames(step.durationMs + RELAY_MS);
      case 'tone': {
        const frameCount = playTone(step.digit, startFrame);
        end.dialed(step.digit, { startFrame, endFrame: startFrame + frameCount });
        return frameCount;
      }
      case 'pulse':
        end.dialed(step.digit, undefined);
        return frames(pulseDigitMs(step.digit));
      case 'hangUp':
        moveHook(false);
        return 0;
    }
  }

  function goOn(): void {
    const step = waiting.shift();
    if (step === undefined || nextStepFrame === undefined) {
      nextStepFrame = undefined;
      return;
    }
    const startFrame = Math.max(nextStepFrame, device.nowFrame());
    nextStepFrame = startFrame + begin(step, startFrame);
    const wakeFrame = nextStepFrame - frames(LEAD_MS);
    const delayMs = ((wakeFrame - device.nowFrame()) * 1000) / device.rateHz;
    cancelTimer = ports.timers.after(Math.max(0, delayMs), goOn);
  }

  /** Does the steps in order, after those that are still waiting. */
  function enqueue(steps: readonly LineStep[]): void {
    waiting.push(...steps.slice(0, MAX_WAITING_STEPS - waiting.length));
    if (nextStepFrame !== undefined) return;
    nextStepFrame = device.nowFrame() + frames(LEAD_MS);
    goOn();
  }

  function giveUpDialing(): void {
    cancelTimer();
    waiting.length = 0;
    nextStepFrame = undefined;
  }

  return {
    get isOffHook() {
      return isOffHook;
    },
    get hasLoopCurrent() {
      return hasLoopCurrent;
    },
    setHook(state) {
      if (state === 0) giveUpDialing();
      const wasOffHook = isOffHook;
      if (state === 0 || state === 1) isOffHook = state === 1;
      // Programs hear of the switch before what comes of it.
      happen('PhoneHookSwitch', isOffHook ? 1 : 0);
      if (isOffHook !== wasOffHook) end.hookChanged(isOffHook);
    },
    flash(durationMs) {
      if (!isOffHook || !(durationMs >= 0 && durationMs <= MAX_FLASH_MS)) return;
      enqueue([{ kind: 'flash', durationMs }]);
    },
    dial(number) {
      const { steps, isAborted } = parseDialString(number);
      if (steps.length === 0) return;
      if (isOffHook) {
        enqueue(steps);
        return;
      }
      moveHook(true);
      const first: LineStep = { kind: 'pause', durationMs: RELAY_MS + DIAL_TONE_MS };
      const dialed = steps.slice(0, MAX_WAITING_STEPS - 2);
      enqueue(isAborted ? [first, ...dialed, { kind: 'hangUp' }] : [first, ...dialed]);
    },
    onEvent: (listener) => listeners.add(listener),
    ring(state) {
      happen('PhoneRing', state);
    },
    loop(state) {
      hasLoopCurrent = state === 1;
      happen('PhoneLoop', state);
    },
    dtmf(digit, state) {
      const frame = device.nowFrame();
      listeners.tell({ event: 'PhoneDTMF', frame, state, digit: digit.charCodeAt(0) });
    },
    connect(newEnd = NOBODY) {
      end = newEnd;
    },
    disconnect() {
      giveUpDialing();
      moveHook(false);
    },
  };
}
