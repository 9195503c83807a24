// Figures as people read them.

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3_600 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
] as const;

/** The two largest units that are not zero, such as "3 hours 5 minutes". */
export function durationInWords(seconds: number): string {
  const first = units.findIndex((unit) => seconds >= unit.seconds);
  if (first < 0) return 'less than a second';
  return units
    .slice(first, first + 2)
    .map((unit, index) => {
      const whole = index === 0 ? seconds : seconds % (units[first]?.seconds ?? 1);
      return { ...unit, count: Math.floor(whole / unit.seconds) };
    })
    .filter(({ count }) => count > 0)
    .map(({ count, name }) => countInWords(count, name))
    .join(' ');
}

/** "1 second", "2 seconds" */
export function countInWords(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** Running time as a clock shows it: 0:07, 12:30, 1:02:03. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor(whole / 60) % 60;
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export function rateInWords(rateHz: number): string {
  return `${rateHz / 1_000} kHz`;
}

export function channelsInWords(channelCount: number): string {
  return ['mono', 'stereo'][channelCount - 1] ?? `${channelCount} channels`;
}

/** Whole milliseconds, as far as people can tell them apart. */
export function msInWords(ms: number): string {
  return `${Math.round(ms)} ms`;
}

export function percentInWords(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** With a sign, for gains and offsets: "+6 dB", "−3 ms", "0 dB". */
export function signedInWords(value: number, unit: string): string {
  const whole = Math.round(value);
  const sign = whole > 0 ? '+' : whole < 0 ? '−' : '';
  return `${sign}${Math.abs(whole)} ${unit}`;
}

/** Below it a meter stands at its end, and ears hear next to nothing. */
export const METER_FLOOR_DB = -60;

/** In dB below full scale, kept to the range of a meter. */
export function meterDb(level: number): number {
  const db = 20 * Math.log10(Math.max(0, level));
  return Math.min(0, Math.max(METER_FLOOR_DB, db));
}

export function meterInWords(level: number): string {
  const db = Math.round(meterDb(level));
  if (db <= METER_FLOOR_DB) return 'silent';
  return db === 0 ? 'full scale' : `${Math.abs(db)} dB below full scale`;
}

const sizes = ['bytes', 'kB', 'MB', 'GB'] as const;

export function bytesInWords(byteCount: number): string {
  const step = Math.min(sizes.length - 1, Math.floor(Math.log10(Math.max(1, byteCount)) / 3));
  const value = byteCount / 1_000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${sizes[step]}`;
}
