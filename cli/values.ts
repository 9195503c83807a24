// Values as people write them on a command line: times, levels, encodings.
import { InvalidArgumentError } from 'commander';
import { MAX_GAIN_DB } from '#shared/audio/gain';
import { type EncodingName, encodings } from '#shared/protocol/encodings';

const secondsByUnit: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3_600,
  '': 1,
};

/** `2`, `2s`, `500ms`, `1.5m`, `1:30`, with a sign where that means something. */
export function parseSeconds(text: string): number {
  const clock = /^([+-]?)(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (clock) {
    const [, sign, hours = '0', minutes, seconds] = clock;
    const total = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
    return sign === '-' ? -total : total;
  }
  const [, number, unit = ''] = /^([+-]?\d*\.?\d+)\s*([a-z]*)$/i.exec(text) ?? [];
  const unitSeconds = secondsByUnit[unit.toLowerCase()];
  if (number === undefined || unitSeconds === undefined) {
    throw new InvalidArgumentError('A time is written like 2s, 500ms, 1.5m or 1:30.');
  }
  return Number(number) * unitSeconds;
}

/** A time that is not negative. */
export function parseDuration(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds >= 0) return seconds;
  throw new InvalidArgumentError('It must not be negative.');
}

/** `-6`, `-6dB`, `+3.5 dB`. */
export function parseDecibels(text: string): number {
  const [, number] = /^([+-]?\d*\.?\d+)\s*(?:dB(?:FS)?)?$/i.exec(text) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError('A level or gain is written like -6dB or 3.');
  }
  return Number(number);
}

/** Of a context, which takes whole decibels of that much at most. */
export function parseGain(text: string): number {
  const gainDb = parseDecibels(text);
  if (Number.isInteger(gainDb) && Math.abs(gainDb) <= MAX_GAIN_DB) return gainDb;
  throw new InvalidArgumentError(`A gain is -${MAX_GAIN_DB} to ${MAX_GAIN_DB} whole decibels.`);
}

/** A decimal or hexadecimal number that is whole and not negative. */
export function parseCount(text: string): number {
  if (/^(\d+|0x[\da-f]+)$/i.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number that is not negative.');
}

export function parsePositiveCount(text: string): number {
  const count = parseCount(text);
  if (count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

export function positiveCountUpTo(most: number): (text: string) => number {
  return (text) => {
    const count = parsePositiveCount(text);
    if (count <= most) return count;
    throw new InvalidArgumentError(`It must be ${most} at most.`);
  };
}

/** Any of the names that people know an encoding by. */
export function parseEncoding(text: string): EncodingName {
  const wanted = text.toLowerCase();
  const known = Object.keys(encodings) as EncodingName[];
  const found = known.find(
    (name) =>
      name.toLowerCase() === wanted ||
      encodings[name].aliases.some((alias: string) => alias === wanted),
  );
  if (found !== undefined && encodings[found].bytesPerUnit > 0) return found;
  throw new InvalidArgumentError('See "af help encodings" for the names there are.');
}
