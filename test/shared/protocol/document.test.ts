// docs/protocol.md is what the tables say.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { protocolDocument } from '#shared/protocol/document';
import { errors } from '#shared/protocol/errors';
import { events } from '#shared/protocol/events';
import { requests } from '#shared/protocol/requests/index';

it('docs/protocol.md was written from the tables as they are: "npm run docs" does it', () => {
  const file = new URL('../../../docs/protocol.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(protocolDocument());
});

it('the document names every request, event and error', () => {
  const document = protocolDocument();
  for (const name of [...Object.keys(requests), ...Object.keys(events)]) {
    expect(document).toContain(`### ${name} (`);
  }
  for (const name of Object.keys(errors)) expect(document).toContain(`| ${name} |`);
});
