// The two things that can be recorded of a device, by name.
import type { RecordSource } from '../model/recording.ts';

export interface RecordSourceWords {
  /** On the button that begins it. */
  readonly button: string;
  /** In the list of what can be recorded. */
  readonly choice: string;
  /** In the middle of a sentence. */
  readonly inWords: (deviceName: string) => string;
}

export const recordSources: readonly RecordSource[] = ['plays', 'hears'];

export const recordSourceWords: Readonly<Record<RecordSource, RecordSourceWords>> = {
  plays: { button: 'Record', choice: 'what plays', inWords: (name) => `what ${name} plays` },
  hears: {
    button: 'Record heard',
    choice: 'what is heard',
    inWords: (name) => `what ${name} hears`,
  },
};
