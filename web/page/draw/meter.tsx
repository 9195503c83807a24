// A level meter. What it shows changes with every report; what it says to a screen reader once a second.
import { useEffect, useRef } from 'preact/hooks';
import type { End, Level } from '../../audio/face.ts';
import { METER_FLOOR_DB, meterDb, meterInWords } from '../words/in-words.ts';
import { useVisible } from './use-visible.ts';

/** Read aloud only when somebody goes to it, so this need not be quick. */
const SPOKEN_INTERVAL_MS = 1_000;
/** The peak mark falls so fast, in dB for each report of about a thirtieth of a second. */
const FALL_DB = 0.8;

export interface MeterProps {
  readonly label: string;
  readonly source: { onLevel(listener: (level: Level) => void): End };
  /** While false, nothing is measured. */
  readonly isActive: boolean;
}

export function Meter({ label, source, isActive }: MeterProps) {
  const ref = useRef<HTMLDivElement>(null);
  const spoken = useRef<HTMLMeterElement>(null);
  const isVisible = useVisible(ref);

  useEffect(() => {
    const element = ref.current;
    if (!element || !isVisible || !isActive) return;
    let spokenMs = Number.NEGATIVE_INFINITY;
    let peakDb = METER_FLOOR_DB;
    let loudest = 0;
    const end = source.onLevel(({ rms, peak }) => {
      peakDb = Math.max(meterDb(peak), peakDb - FALL_DB);
      element.style.setProperty('--level', shareOf(meterDb(rms)));
      element.style.setProperty('--peak', shareOf(peakDb));
      loudest = Math.max(loudest, rms);
      const nowMs = performance.now();
      if (nowMs - spokenMs < SPOKEN_INTERVAL_MS) return;
      spokenMs = nowMs;
      say(spoken.current, loudest);
      loudest = 0;
    });
    return () => {
      end();
      element.style.setProperty('--level', '0');
      element.style.setProperty('--peak', '0');
      say(spoken.current, 0);
    };
  }, [isVisible, isActive, source]);

  return (
    <div ref={ref} class="meter">
      <meter
        ref={spoken}
        class="unseen"
        aria-label={label}
        min={METER_FLOOR_DB}
        max={0}
        value={METER_FLOOR_DB}
        aria-valuetext={meterInWords(0)}
      />
      <span class="meter-bar" />
      <span class="meter-peak" />
    </div>
  );
}

function shareOf(db: number): string {
  return (1 - db / METER_FLOOR_DB).toFixed(3);
}

function say(meter: HTMLMeterElement | null, level: number): void {
  if (!meter) return;
  meter.value = Math.round(meterDb(level));
  meter.setAttribute('aria-valuetext', meterInWords(level));
}
