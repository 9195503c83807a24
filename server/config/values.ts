// Values of settings: from the text of a flag or a variable, into their place, and in words when bad.
import type { z } from 'zod';
import { configurationSchema } from '../config.ts';
import { ConfigError } from './config-error.ts';
import { nearestName } from './nearest-name.ts';
import type { Setting } from './settings.ts';

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/** What the text says if it says anything of the setting's kind; else the text, for the schema to refuse. */
export function valueFromText({ kind }: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
    case 'boolean':
      return truths[trimmed.toLowerCase()] ?? text;
    case 'list':
      return trimmed
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
    case 'string':
      return text;
  }
}

/** Objects on the way are made where they are missing, and replaced where they are no objects. */
export function setAt(
  target: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  value: unknown,
): void {
  if (name === undefined) return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const old = target[name];
  const inner: Record<string, unknown> = typeof old === 'object' && old !== null ? { ...old } : {};
  target[name] = inner;
  setAt(inner, rest, value);
}

/** In words that fit after "but". */
export function whatWouldDo(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `it must be one of ${issue.values.join(', ')}`;
    case 'invalid_type':
      return `it must be ${typesInWords[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'it must not be empty'
        : `it must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `it must have ${issue.maximum} entries at most`
        : `it must be at most ${issue.maximum}`;
    default:
      return `it ${issue.message}`;
  }
}

const typesInWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  string: 'text',
  array: 'a list',
  object: 'an object',
};

export function unknownName(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  file: string,
): ConfigError {
  const name = [...path, keys[0]].join('.');
  const nearest = nearestName(String(keys[0]), namesAt(path));
  const advice =
    nearest === undefined
      ? 'see --help for those that there are'
      : `perhaps it should be "${[...path, nearest].join('.')}"`;
  return new ConfigError('AF_UNKNOWN_SETTING', `"${name}" in ${file} is not a setting: ${advice}.`);
}

/** The keys that the schema has at a place. */
function namesAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configurationSchema;
  for (const name of path) schema = member(unwrapped(schema), name);
  const inner = unwrapped(schema);
  return isObjectLike(inner) && isObjectLike(inner.shape) ? Object.keys(inner.shape) : [];
}

function member(schema: unknown, name: PropertyKey): unknown {
  if (!isObjectLike(schema)) return undefined;
  return typeof name === 'number'
    ? schema.element
    : isObjectLike(schema.shape) && schema.shape[name];
}

/** Without the wrappers that give defaults. */
function unwrapped(schema: unknown): unknown {
  return isObjectLike(schema) && typeof schema.unwrap === 'function' && !('element' in schema)
    ? unwrapped(schema.unwrap())
    : schema;
}

function isObjectLike(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
