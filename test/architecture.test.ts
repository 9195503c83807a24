// What each part of the source may import, and why; a breach fails with a sentence that says so.
import { describe, expect, it } from 'vitest';
import { breachesOf, importsOf, type PartRule, sourceFiles } from '#test/support/import-check';

/** What the other parts of the server may know of these: that they exist, and what they offer. */
const devicesFace = ['server/devices/index', 'server/devices/face'];
const dispatchFace = ['server/dispatch/index', 'server/dispatch/ports'];
const telephoneFace = ['server/telephone/index'];

const rules: readonly PartRule[] = [
  {
    part: 'shared/protocol/',
    mayImport: [],
    node: 'none',
    packages: false,
    why: 'facts lie below mechanism',
  },
  {
    part: 'shared/wire/',
    mayImport: ['shared/protocol/'],
    node: 'none',
    packages: false,
    why: 'bytes and messages follow from the facts, and from nothing else',
  },
  {
    part: 'shared/audio/',
    mayImport: ['shared/protocol/'],
    node: 'none',
    packages: false,
    why: 'sound knows numbers of the protocol, and runs in Node, page and worklet alike',
  },
  {
    part: 'shared/client/',
    mayImport: ['shared/protocol/', 'shared/wire/', 'shared/audio/'],
    node: 'none',
    packages: false,
    why: 'a client works over any stream of bytes, in Node and in the page',
  },
  {
    part: 'shared/relay/',
    mayImport: ['shared/protocol/', 'shared/wire/', 'shared/audio/'],
    node: 'none',
    packages: true,
    why: 'gateway, page and worklet all speak it',
  },
  {
    part: 'server/transport/',
    mayImport: ['shared/wire/', 'shared/protocol/', 'server/roster'],
    mayImportTypesOf: ['shared/client/'],
    node: 'all',
    packages: false,
    why: 'transport carries bytes and knows no meaning',
  },
  {
    part: 'server/dispatch/',
    mayImport: ['shared/', 'server/roster', ...devicesFace],
    node: 'noSockets',
    packages: false,
    why: 'what requests mean is tested without a socket or a browser',
  },
  {
    part: 'server/devices/',
    mayImport: ['shared/audio/', 'shared/protocol/'],
    node: 'none',
    packages: false,
    why: 'devices take a clock and define ports that others plug into',
  },
  {
    part: 'server/telephone/',
    mayImport: ['shared/', ...devicesFace],
    node: 'none',
    packages: false,
    why: 'exchanges know lines and telephones, and neither sockets nor browsers',
  },
  {
    part: 'server/relay/',
    mayImport: ['shared/', ...devicesFace, ...dispatchFace, ...telephoneFace],
    node: 'all',
    packages: true,
    why: 'browsers are ears and mouths of devices through their public face',
  },
  {
    part: 'server/http/',
    mayImport: ['shared/', ...devicesFace, ...dispatchFace, ...telephoneFace],
    node: 'all',
    packages: true,
    why: 'the web side asks the public faces and is wired by main.ts',
  },
  {
    part: 'server/config/',
    mayImport: ['shared/', 'server/config', 'server/transport/addresses'],
    node: 'all',
    packages: true,
    why: 'configuration is read before any part exists, and knows only where the doors are',
    home: 'server/',
  },
  {
    part: 'server/config',
    mayImport: ['shared/', 'server/config/', 'server/transport/addresses'],
    node: 'all',
    packages: true,
    why: 'configuration is read before any part exists, and knows only where the doors are',
  },
  {
    part: 'server/log',
    mayImport: ['server/config'],
    node: 'all',
    packages: true,
    why: 'it tells what happens, and knows nothing of those to whom it happens',
    home: 'server/',
  },
  {
    part: 'server/',
    mayImport: ['shared/', 'server/config', 'server/log', 'server/transport/home-folder'],
    node: 'all',
    packages: false,
    why: 'what lies beside main.ts helps it and joins nothing',
  },
  {
    part: 'server/wiring/',
    mayImport: ['shared/', 'server/'],
    node: 'all',
    packages: true,
    why: 'it joins all parts, and nothing imports tests',
  },
  {
    part: 'server/main',
    mayImport: ['shared/', 'server/'],
    node: 'all',
    packages: true,
    why: 'it starts everything, and nothing imports tests',
    home: 'server/',
  },
  {
    part: 'cli/',
    mayImport: ['shared/', 'server/'],
    node: 'all',
    packages: true,
    why: 'commands may use everything but tests',
  },
  {
    part: 'web/audio/worklets/',
    mayImport: ['shared/audio/', 'shared/relay/', 'web/audio/ring-buffer'],
    node: 'none',
    packages: false,
    why: 'the audio thread has no DOM and allocates nothing',
    home: 'web/audio/',
  },
  {
    part: 'web/audio/',
    mayImport: ['shared/', 'web/audio/worklets/'],
    node: 'none',
    packages: true,
    why: 'other people’s pages use it without ours',
  },
  {
    part: 'web/',
    mayImport: ['shared/', 'web/'],
    node: 'none',
    packages: true,
    why: 'the page runs in a browser',
  },
];

const root = new URL('../', import.meta.url);

it('every import of shared/, server/, cli/ and web/ keeps to the rules', () => {
  const files = sourceFiles(root, ['shared', 'server', 'cli', 'web']);
  expect(files.length).toBeGreaterThan(30);
  expect(breachesOf(rules, files)).toEqual([]);
});

describe('the check itself', () => {
  const breaches = (path: string, ...lines: string[]): string[] =>
    breachesOf(rules, [{ path, text: `// A made-up file.\n${lines.join('\n')}\n` }]);

  it('says in a sentence who imports what, and why not', () => {
    expect(breaches('shared/wire/reader.ts', "import net from 'node:net';")).toEqual([
      "shared/wire/reader.ts imports 'node:net', but shared/wire/ may not use that module of Node: " +
        'bytes and messages follow from the facts, and from nothing else.',
    ]);
    expect(breaches('elsewhere/file.ts')).toEqual([
      'elsewhere/file.ts belongs to no part: give it a rule.',
    ]);
  });

  it.each([
    ['shared/protocol/a.ts', "import { Writer } from '#shared/wire/writer';"],
    ['shared/protocol/a.ts', "export * from '#shared/audio/time';"],
    ['shared/protocol/requests/a.ts', "import { Writer } from '../../wire/writer.ts';"],
    ['shared/wire/a.ts', "import { connect } from '#shared/client/index';"],
    ['shared/audio/a.ts', "import type { Writer } from '#shared/wire/writer';"],
    ['shared/client/a.ts', "import WebSocket from 'ws';"],
    ['shared/client/a.ts', "import type { Socket } from 'node:net';"],
    ['shared/relay/a.ts', "import { connect } from '#shared/client/index';"],
    ['server/transport/a.ts', "import { connect } from '#shared/client/index';"],
    ['server/transport/a.ts', "import { type A, connect } from '#shared/client/index';"],
    ['server/transport/a.ts', "import { Device } from '#server/devices/face';"],
    ['server/transport/a.ts', "import WebSocket from 'ws';"],
    ['server/dispatch/a.ts', "import { createServer } from 'node:net';"],
    ['server/dispatch/a.ts', "import { listen } from '#server/transport/listen';"],
    ['server/dispatch/a.ts', "import { MixRing } from '#server/devices/mix-ring';"],
    ['server/dispatch/a.ts', "import { MixRing } from '../devices/index.ts';"],
    ['server/devices/a.ts', "import { Server } from '#server/dispatch/index';"],
    ['server/devices/a.ts', "import { hrtime } from 'node:process';"],
    ['server/devices/a.ts', "import { connect } from '#shared/client/index';"],
    ['server/telephone/a.ts', "import { Page } from '#server/relay/index';"],
    ['server/relay/a.ts', "import { Directory } from '#server/telephone/directory';"],
    ['server/http/a.ts', "import { listen } from '#server/transport/listen';"],
    ['server/http/a.ts', "import { main } from '#server/main';"],
    ['server/log.ts', "import { createApp } from './http/app.ts';"],
    ['server/process.ts', "import fastify from 'fastify';"],
    ['server/main.ts', "import { peer } from '#test/support/peer';"],
    ['cli/main.ts', "import { measure } from '../bench/measure.ts';"],
    ['cli/main.ts', "const { peer } = await import('../test/support/peer.ts');"],
    ['web/page/a.tsx', "import { readFileSync } from 'node:fs';"],
    ['web/page/a.tsx', "import { createApp } from '#server/http/app';"],
    ['web/audio/a.ts', "import type { Gateway } from '#web/page/model/gateway';"],
    ['web/audio/worklets/a.ts', "import { signal } from '@preact/signals';"],
    ['web/audio/worklets/a.ts', "import { page } from '../../page/main.tsx';"],
    ['shared/wire/a.ts', "import './step.ts';", "import '#test/support/peer';"],
  ])('objects in %s to %s', (path, ...lines) => {
    expect(breaches(path, ...lines)).toHaveLength(1);
  });

  it.each([
    ['shared/protocol/requests/a.ts', "import { card8 } from '../fields.ts';"],
    ['shared/wire/a.ts', "import { errors } from '#shared/protocol/errors';"],
    ['shared/audio/encodings/a.ts', "import { encodings } from '#shared/protocol/encodings';"],
    ['shared/client/a.ts', "import { Writer } from '#shared/wire/writer';"],
    ['server/transport/a.ts', "import type { ByteStream } from '#shared/client/byte-stream';"],
    ['server/transport/a.ts', "import { type ByteStream } from '#shared/client/byte-stream';"],
    ['server/dispatch/handlers/a.ts', "import type { Client } from '../client.ts';"],
    ['server/dispatch/a.ts', "import { timingSafeEqual } from 'node:crypto';"],
    ['server/config/values.ts', "import type { Configuration } from '../config.ts';"],
    ['server/config.ts', "import { parse } from './config/values.ts';"],
    ['server/main.ts', "import { createApp } from './http/app.ts';"],
    ['cli/main.ts', "import { main } from '#server/main';"],
    ['web/page/a.tsx', "import { signal } from '@preact/signals';"],
    ['web/page/a.tsx', "import player from '../audio/worklets/player.ts?worker&url';"],
    ['web/audio/worklets/a.ts', "import { RingBuffer } from '../ring-buffer.ts';"],
    ['web/audio/a.ts', "import { RingBuffer } from './ring-buffer.ts';"],
    ['web/audio/a.ts', "import url from './worklets/playback.ts?worker&url';"],
    ['shared/protocol/a.ts', "// import net from 'node:net';", "/* import x from 'ws'; */"],
  ])('lets pass in %s %s', (path, ...lines) => {
    expect(breaches(path, ...lines)).toEqual([]);
  });

  it('reads imports over several lines, and tells those of types', () => {
    const text = [
      "import type { A } from 'a';",
      'import {',
      '  type B,',
      '  type C,',
      "} from 'b';",
      "import D, { type E } from 'c';",
      "import * as F from 'd';",
      "import 'e';",
      "export { G } from 'f';",
      "export type { H } from 'g';",
      "const i = await import('h');",
      "export const from = 'not an import';",
    ].join('\n');
    expect(importsOf(text)).toEqual([
      { specifier: 'a', isTypeOnly: true },
      { specifier: 'b', isTypeOnly: true },
      { specifier: 'c', isTypeOnly: false },
      { specifier: 'd', isTypeOnly: false },
      { specifier: 'f', isTypeOnly: false },
      { specifier: 'g', isTypeOnly: true },
      { specifier: 'e', isTypeOnly: false },
      { specifier: 'h', isTypeOnly: false },
    ]);
  });
});
