// The line on standard error that shows how far long work is: a bar, the time passed and left, the level.
import type { Level } from '#shared/audio/meter';
import type { CommandContext } from './command.ts';

export interface Progress {
  /** Seconds done; undefined level shows none. */
  update(doneSeconds: number, level?: Level): void;
  /** Removes the line. */
  close(): void;
}

const BAR_CELLS = 24;
const METER_CELLS = 12;
const METER_FLOOR_DB = -60;
const CLEAR_LINE = '\r\x1b[K';
/** Parts of a cell in eighths. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const quiet: Progress = { update: () => {}, close: () => {} };

/** Whether a progress line would be seen. */
export function showsProgress({ isTerminal, globals }: CommandContext): boolean {
  return isTerminal.stderr && globals.quiet !== true;
}

/** Quiet unless standard error is a terminal. `totalSeconds` is undefined where nobody knows. */
export function createProgress(
  context: CommandContext,
  title: string,
  totalSeconds: number | undefined,
): Progress {
  if (!showsProgress(context)) return quiet;
  const { stderr } = context;
  return {
    update(doneSeconds, level) {
      const line = progressLine(title, Math.max(0, doneSeconds), totalSeconds, level);
      stderr.write(`${CLEAR_LINE}${line.slice(0, widthOf(stderr) - 1)}`);
    },
    close: () => void stderr.write(CLEAR_LINE),
  };
}

/** A longer line would go on in the next one, and stay there. */
function widthOf(terminal: object): number {
  return 'columns' in terminal && typeof terminal.columns === 'number' ? terminal.columns : 80;
}

export function progressLine(
  title: string,
  doneSeconds: number,
  totalSeconds: number | undefined,
  level?: Level,
): string {
  const done = Math.min(doneSeconds, totalSeconds ?? Number.POSITIVE_INFINITY);
  const parts = [title];
  if (totalSeconds === undefined) parts.push(clock(done));
  else {
    const part = totalSeconds === 0 ? 1 : done / totalSeconds;
    parts.push(`▕${bar(part, BAR_CELLS)}▏ ${clock(done)} of ${clock(totalSeconds)}`);
    parts.push(`${clock(totalSeconds - done)} left`);
  }
  if (level) parts.push(levelBar(level, METER_CELLS));
  return parts.join('  ');
}

/** A bar for the RMS level with the peak in numbers. */
export function levelBar(level: Level, cellCount: number): string {
  const part = (Math.max(level.rmsDbfs, METER_FLOOR_DB) - METER_FLOOR_DB) / -METER_FLOOR_DB;
  return `▕${bar(part, cellCount)}▏ ${decibels(level.peakDbfs)}`;
}

export function decibels(level: number): string {
  return `${Number.isFinite(level) ? level.toFixed(1) : '-∞'} dB`.padStart(9);
}

/** `part` is 0 to 1. */
export function bar(part: number, cellCount: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * cellCount * 8);
  const whole = '█'.repeat(Math.floor(eighths / 8));
  return `${whole}${EIGHTHS[eighths % 8] ?? ''}`.padEnd(cellCount);
}

/** `1:05`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const pad = (number: number): string => String(number).padStart(2, '0');
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}
