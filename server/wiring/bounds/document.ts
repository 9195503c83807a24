// docs/limits.md, made from the tables of bounds: `npm run docs` writes it.
import { settings } from '#server/config/settings';
import { MAX_QUEUED_BYTES } from '#server/relay/page';
import { QUEUE_MARK_BYTES } from '#server/transport/connection';
import { MAX_REQUEST_BYTES } from '#shared/protocol/limits';
import { MAX_MESSAGE_BYTES } from '#shared/relay/frame';
import { audioFileBounds } from './audiofile.ts';
import { type Bound, bytes, defaultOf } from './bound.ts';
import { relayBounds } from './relay.ts';
import { webBounds } from './web.ts';

interface Door {
  readonly title: string;
  readonly bounds: Readonly<Record<string, Bound>>;
  /** Where the test of each row is, under its name. */
  readonly testFile: string;
}

const doors: readonly Door[] = [
  {
    title: 'AudioFile: TCP, the UNIX socket, and the WebSocket `/audiofile`',
    bounds: audioFileBounds,
    testFile: 'test/limits/audiofile-checks.ts',
  },
  {
    title: 'Pages: the WebSocket `/relay`',
    bounds: relayBounds,
    testFile: 'test/limits/relay-checks.ts',
  },
  {
    title: 'HTTP, and WebSockets as such',
    bounds: webBounds,
    testFile: 'test/integration/limits/web-checks.ts',
  },
];

export function limitsDocument(): string {
  const sections = doors.map(sectionOf);
  return `<!-- Written by "npm run docs" from server/wiring/bounds. -->

# Limits

Every number that a peer can choose has a bound, and past it something definite happens, to this peer alone.
Bounds that an operator may choose are settings; each is a key of the configuration file under \`limits\`, a
flag and an environment variable (\`npm start -- --help\`). Each row has a test of its name, which goes past
the bound; a row without one does not compile.

${sections.join('\n\n')}

## Memory

What the gateway holds for one peer, beside its objects of some kilobytes, is bounded by the rows above: of a
program ${bytes(QUEUE_MARK_BYTES)} that it sent, a request of ${bytes(MAX_REQUEST_BYTES)}, and
${bytes(defaultOf('queuedBytesPerClient') + defaultOf('recordReplyBytes'))} that it has not read; of a page a
message of ${bytes(MAX_MESSAGE_BYTES)} and ${bytes(MAX_QUEUED_BYTES)} that it has not read. What peers leave
behind is bounded for all of them together: contexts, atoms, properties, hosts.
`;
}

function sectionOf({ title, bounds, testFile }: Door): string {
  const rows = Object.entries(bounds).map(
    ([name, { what, bound, past, setting }]) =>
      `| ${what} | ${bound} | ${past} | ${setting ? flagOf(setting) : ''} | \`${name}\` |`,
  );
  return [
    `## ${title}`,
    '',
    `The tests are in [${testFile}](../${testFile}).`,
    '',
    '| what | bound | past it | setting | test |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function flagOf(name: string): string {
  const setting = settings.find(({ key }) => key === `limits.${name}`);
  return setting === undefined ? '' : `\`${setting.flag}\``;
}
