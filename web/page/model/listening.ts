// One device being listened to: the player's state and reports as signals.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Player, PlayerReport, PlayerState } from '../../audio/face.ts';
import { type TimedReport, withReport } from './report-history.ts';

export interface Listening {
  readonly player: Player;
  readonly state: ReadonlySignal<PlayerState>;
  /** Undefined before the first. */
  readonly report: ReadonlySignal<PlayerReport | undefined>;
  readonly history: ReadonlySignal<readonly TimedReport[]>;
  stop(): void;
}

/** `amplitude` is followed until it stops. */
export function createListening(
  player: Player,
  amplitude: ReadonlySignal<number>,
  nowMs: () => number,
): Listening {
  const state = signal(player.state);
  const report = signal<PlayerReport | undefined>(undefined);
  const history = signal<readonly TimedReport[]>([]);
  const ends = [
    effect(() => {
      player.volume = amplitude.value;
    }),
    player.onState((next) => {
      state.value = next;
    }),
    player.onReport((next) => {
      report.value = next;
      history.value = withReport(history.peek(), nowMs(), next);
    }),
  ];
  return {
    player,
    state,
    report,
    history,
    stop() {
      for (const end of ends) end();
      player.stop();
    },
  };
}

/** Ears hear in ratios: the middle of a slider should sound about half as loud. */
export function amplitudeOf(position: number): number {
  return position ** 2;
}
