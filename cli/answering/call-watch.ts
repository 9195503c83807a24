// What happens on the line during a call that matters to whoever has answered: that the call ends, and keys.
import type { AudioEvent, Context, DeviceTime } from '#shared/client/index';
import type { MessageEnd } from './message-cutter.ts';

/** The call, or the message in it, ends at that time of the device. */
export interface LineEnd {
  readonly time: DeviceTime;
  readonly end: MessageEnd;
}

export interface CallWatch {
  /** Aborted when the call is over. */
  readonly over: AbortSignal;
  /** Tells of ends from now on, and of an end of the call that has come before. */
  onEnd(listener: (end: LineEnd) => void): void;
  close(): void;
}

const END_KEY = '#';

/** Begin it before the line is picked up. */
export function watchCall(line: Context): CallWatch {
  const over = new AbortController();
  const closing = new AbortController();
  let callEnd: LineEnd | undefined;
  let tell: (end: LineEnd) => void = () => {};
  const events = line.events(['PhoneDTMF', 'PhoneLoop', 'PhoneHookSwitch'], {
    signal: closing.signal,
    whenFull: 'dropOldest',
  });

  async function follow(): Promise<void> {
    for await (const event of events) {
      const end = endIn(event);
      if (end === undefined) continue;
      const lineEnd = { time: event.time, end };
      tell(lineEnd);
      if (end !== 'hungUp') continue;
      callEnd ??= lineEnd;
      over.abort();
    }
  }
  // Its end is the connection's, of which whoever plays or records hears; or ours.
  follow().catch(() => over.abort());

  return {
    over: over.signal,
    onEnd(listener) {
      tell = listener;
      if (callEnd !== undefined) listener(callEnd);
    },
    close: () => closing.abort(),
  };
}

function endIn(event: AudioEvent): MessageEnd | undefined {
  switch (event.event) {
    case 'PhoneDTMF':
      return event.state === 1 && String.fromCharCode(event.digit) === END_KEY ? 'key' : undefined;
    // The exchange cuts the current when the caller has gone; the switch is another program's doing.
    case 'PhoneLoop':
    case 'PhoneHookSwitch':
      return event.state === 0 ? 'hungUp' : undefined;
    default:
      return undefined;
  }
}
