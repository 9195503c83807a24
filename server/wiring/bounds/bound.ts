// What a row of docs/limits.md is: one number that a peer can choose, and what holds it.
import type { Limits } from '#server/config';
import { settings } from '#server/config/settings';

export interface Bound {
  readonly what: string;
  /** With its unit, made from where it is decided. */
  readonly bound: string;
  /** What happens past it, as the end of a sentence that begins with "past it". */
  readonly past: string;
  /** The setting that changes it. */
  readonly setting?: keyof Limits;
  /** Fields of messages that it holds, as `message.field`. */
  readonly fields?: readonly string[];
}

/** The default of a limit of the configuration. */
export function defaultOf(name: keyof Limits): number {
  const found = settings.find(({ key }) => key === `limits.${name}`);
  if (typeof found?.defaultValue !== 'number') throw new Error(`${name} has no default`);
  return found.defaultValue;
}

export function plain(number: number): string {
  return number.toLocaleString('en-GB');
}

export function bytes(byteCount: number): string {
  const [unit, size] = byteCount >= 2 ** 20 ? ['MiB', 2 ** 20] : ['KiB', 2 ** 10];
  return byteCount % (size as number) === 0
    ? `${plain(byteCount / (size as number))} ${unit}`
    : `${plain(byteCount)} bytes`;
}

export function duration(durationMs: number): string {
  return durationMs >= 1_000 ? `${plain(durationMs / 1_000)} s` : `${plain(durationMs)} ms`;
}

/** A bound that is a setting: its default in words. */
export function limited(
  name: keyof Limits,
  inWords: (value: number) => string,
): { readonly bound: string; readonly setting: keyof Limits } {
  return { bound: inWords(defaultOf(name)), setting: name };
}
