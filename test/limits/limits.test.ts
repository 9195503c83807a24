// Each bound of docs/limits.md, and what happens to a peer that goes past it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { audioFileBounds, freeAudioFileFields } from '#server/wiring/bounds/audiofile';
import type { Bound } from '#server/wiring/bounds/bound';
import { limitsDocument } from '#server/wiring/bounds/document';
import { freeRelayFields, relayBounds } from '#server/wiring/bounds/relay';
import { extensions } from '#shared/protocol/extensions';
import type { Layout } from '#shared/protocol/fields';
import { requests } from '#shared/protocol/requests/index';
import { setupRequest } from '#shared/protocol/setup';
import { fromPage } from '#shared/relay/control';
import { frameHeader } from '#shared/relay/frame';
import { audioFileChecks } from './audiofile-checks.ts';
import { relayChecks } from './relay-checks.ts';

type Table = Readonly<Record<string, Bound>>;

/** `message.field` for each field that carries a value. */
function fieldsOf(message: string, layout: Layout): string[] {
  return Object.entries(layout).flatMap(([name, field]) =>
    'hidden' in field ? [] : [`${message}.${name}`],
  );
}

function coveredBy(table: Table, freeFields: readonly string[]): string[] {
  return [...Object.values(table).flatMap(({ fields = [] }) => fields), ...freeFields];
}

describe.each([
  ['AudioFile', audioFileBounds, audioFileChecks],
  ['the relay', relayBounds, relayChecks],
] as const)('past a bound of %s', (_door, table: Table, checks) => {
  it.each(Object.entries(table).map(([name, { what, past }]) => [what, past, name]))(
    '(%s) %s',
    async (_what, _past, name) => {
      await (checks as Record<string, () => unknown>)[name]?.();
      expect.hasAssertions();
    },
  );
});

describe('the table of bounds', () => {
  it('has every field of every request', () => {
    const entries = [
      ...Object.entries(requests),
      ...Object.values(extensions).flatMap((extension) => Object.entries(extension.requests)),
    ];
    const fields = entries.flatMap(([name, { detail, body }]) =>
      fieldsOf(name, { ...detail, ...body }),
    );
    const all = [...fieldsOf('setup', setupRequest), 'setup.byteOrder', ...fields];
    expect(coveredBy(audioFileBounds, freeAudioFileFields).sort()).toEqual([...all].sort());
  });

  it('has every field of every message of a page', () => {
    const fields = Object.entries(fromPage).flatMap(([type, schema]) =>
      Object.keys(schema.shape).map((field) => `${type}.${field}`),
    );
    const all = [...fields, ...fieldsOf('frame', frameHeader)];
    expect(coveredBy(relayBounds, freeRelayFields).sort()).toEqual(all.sort());
  });

  it('is written to docs/limits.md as it is: "npm run docs" does it', () => {
    const file = new URL('../../docs/limits.md', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(limitsDocument());
  });
});
