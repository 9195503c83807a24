// Control messages: there and back, and nonsense refused with a reason.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type GatewayMessage,
  type PageMessage,
  parseGatewayMessage,
  parsePageMessage,
} from '#shared/relay/control';
import { RELAY_VERSION } from '#shared/relay/frame';
import { RelayError } from '#shared/relay/relay-error';
import { testSeed } from '#test/support/random';

const pageMessages: readonly PageMessage[] = [
  { type: 'hello', version: RELAY_VERSION, pageName: 'kitchen' },
  { type: 'listen', device: 0, frameMs: 10 },
  { type: 'unlisten', device: 255 },
  { type: 'speak', device: 1, rateHz: 44_100, channelCount: 2 },
  { type: 'unspeak', device: 1 },
  { type: 'ping', id: 1, pageMs: 1.5 },
  { type: 'change', device: 1, inputGainDb: -3, outputMask: 1, isGainControlOn: false },
  { type: 'sync', latencyMs: 0 },
  {
    type: 'report',
    device: 2,
    bufferedMs: 1.5,
    latencyMs: 2.5,
    underrunCount: 0,
    droppedFrameCount: 0,
    driftPpm: -20.5,
  },
];

const gain = { gainDb: 0, minDb: -10, maxDb: 10 };
const switches = { bitCount: 2, mask: 1 };
const settings = {
  inputGain: gain,
  outputGain: gain,
  inputs: switches,
  outputs: switches,
  passThrough: switches,
  isGainControlOn: false,
};

const gatewayMessages: readonly GatewayMessage[] = [
  {
    type: 'welcome',
    version: RELAY_VERSION,
    gatewayVersion: '1',
    serverNumber: 0,
    pageNumber: 1,
    role: 'listen',
  },
  {
    type: 'devices',
    devices: [
      {
        number: 3,
        index: 0,
        name: 'hifi',
        rateHz: 48_000,
        channelCount: 2,
        encoding: 'LIN16',
        hasPhoneLine: false,
        settings,
      },
    ],
  },
  { type: 'settings', device: 3, settings },
  { type: 'playing', device: 3, clients: [{ index: 1, peer: 'this machine' }] },
  { type: 'pong', id: 1, pageMs: 1.5, serverMs: 2.5 },
  { type: 'sync', latencyMs: 120 },
  { type: 'refused', code: 'refused', message: 'Why not.' },
];

function expectRefused(parse: (json: string) => unknown, json: string, code = 'malformed'): void {
  let error: unknown;
  try {
    parse(json);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(RelayError);
  expect((error as RelayError).code).toBe(code);
}

describe('a message of a page', () => {
  it.each(pageMessages)('comes back as it was: $type', (message) => {
    expect(parsePageMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    '',
    'null',
    '[]',
    '3',
    '{"type":"hello"',
    '{}',
    '{"type":3}',
    '{"type":"toString"}',
    '{"type":"__proto__"}',
    '{"type":"welcome"}',
    '{"type":"listen","device":0,"frameMs":15}',
    '{"type":"listen","device":256,"frameMs":10}',
    '{"type":"listen","device":-1,"frameMs":10}',
    '{"type":"listen","device":0.5,"frameMs":10}',
    '{"type":"speak","device":0,"rateHz":1,"channelCount":1}',
    '{"type":"speak","device":0,"rateHz":48000,"channelCount":9}',
    '{"type":"sync","latencyMs":5001}',
    '{"type":"sync","latencyMs":1e999}',
    '{"type":"ping","id":1,"pageMs":null}',
    '{"type":"change","device":0,"inputGainDb":"loud"}',
    `{"type":"hello","version":1,"pageName":"${'x'.repeat(257)}"}`,
  ])('is refused where it makes no sense: %s', (json) => {
    expectRefused(parsePageMessage, json);
  });

  it('of another version is refused as such, whatever else it says', () => {
    expectRefused(parsePageMessage, '{"type":"hello","version":2}', 'version');
  });

  it('of any JSON is a message or refused, and nothing else', () => {
    const types = pageMessages.map(({ type }) => type);
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.object(), (type, fields) => {
        try {
          parsePageMessage(JSON.stringify({ ...fields, type }));
        } catch (error) {
          expect(error).toBeInstanceOf(RelayError);
        }
      }),
      { seed: testSeed, numRuns: 500 },
    );
  });
});

describe('a message of a gateway', () => {
  it.each(gatewayMessages)('comes back as it was: $type', (message) => {
    expect(parseGatewayMessage(JSON.stringify(message))).toEqual(message);
  });

  it('is none that only pages may send', () => {
    expectRefused(parseGatewayMessage, JSON.stringify(pageMessages[1]));
  });
});
