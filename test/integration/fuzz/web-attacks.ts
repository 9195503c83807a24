// Nonsense for the web side: requests, WebSockets and messages of pages, made at random from what they could be,
// and bytes that mean nothing.
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import type * as z from 'zod/mini';
import { encodings } from '#shared/protocol/encodings';
import { fromPage } from '#shared/relay/control';
import { encodeFrame, RELAY_VERSION } from '#shared/relay/frame';
import { concat } from '#test/support/byte-builder';
import { mutate } from '#test/support/mutations';
import type { Random } from '#test/support/random';
import {
  COMPRESSED,
  FINAL,
  opcodes,
  upgradeRequest,
  webSocketFrame,
} from '#test/support/raw-web-socket';
import type { Bytes } from '#test/support/streams';
import { type Attack, firstAnswer, pick, randomBytes, sendAndLeave } from './attack.ts';

const HOST = 'localhost';

function openWeb(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/** As much as the fuzzer looks at of what describes a schema. */
interface SchemaDef {
  readonly type: string;
  readonly values?: readonly unknown[];
  readonly innerType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
}

const numbers = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: -200, max: 50_000 }),
  fc.constantFrom(8_000, 16_000, 44_100, 48_000, 192_000, 2 ** 31, 2 ** 53, 1e300, -0.5),
);

/** Values that a schema allows, or nearly. */
function valuesOf(schema: z.ZodMiniType): fc.Arbitrary<unknown> {
  const { type, values = [], innerType, options = [] } = schema._zod.def as unknown as SchemaDef;
  if (type === 'literal') return fc.constantFrom(...values);
  if (type === 'number') return numbers;
  if (type === 'boolean') return fc.boolean();
  if (type === 'optional' && innerType) return fc.option(valuesOf(innerType), { nil: undefined });
  if (type === 'union') return fc.oneof(...options.map(valuesOf));
  return fc.string({ maxLength: 300 });
}

/** `change` stays with devices on which nobody must notice anything. */
const ATTACKED_DEVICES = 6;
const messages = Object.values(fromPage).map((schema) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(schema.shape).map(([name, field]) => [
          name,
          name === 'device' ? fc.nat({ max: ATTACKED_DEVICES - 1 }) : valuesOf(field),
        ]),
      ),
    )
    .map((value) => JSON.stringify(value)),
);
const strangeJson = fc.json({ maxDepth: 4 }).filter((text) => !text.includes('change'));
const control = fc.oneof({ weight: 9, arbitrary: fc.oneof(...messages) }, strangeJson);

const encodingNames = Object.keys(encodings) as (keyof typeof encodings)[];

/** A frame of a microphone: often one that fits, sometimes not. */
function audioFrame(random: Random): Uint8Array {
  const frameCount = random(4) === 0 ? random(65_536) : 160;
  const channelCount = random(6) === 0 ? random(9) : 1;
  const byteCount =
    random(6) === 0 ? random(5_000) : Math.min(2 * frameCount * channelCount, 60_000);
  return encodeFrame(
    {
      kind: random(20) === 0 ? 'played' : 'heard',
      flags: random(4),
      device: random(ATTACKED_DEVICES),
      encoding: random(20) === 0 ? pick(encodingNames, random) : 'LIN16',
      channelCount,
      frameCount,
      sequence: random(2 ** 31),
      startTime: (random(5) === 0 ? random(2 ** 31) : 160 * random(50)) as never,
      senderMicroseconds: random(2 ** 31),
    },
    new Uint8Array(byteCount).fill(random(256)),
  );
}

const HELLO = Buffer.from(
  JSON.stringify({ type: 'hello', version: RELAY_VERSION, pageName: 'fuzz' }),
);
const MOST_MESSAGES = 60;

function sampleText(arbitrary: fc.Arbitrary<string>, random: Random): Uint8Array {
  const [text = ''] = fc.sample(arbitrary, { numRuns: 1, seed: random(2 ** 31) });
  return Buffer.from(text).subarray(0, 60_000);
}

/** Mostly whole messages, sometimes in fragments, with pings in between, or with flags that nobody allowed. */
function messageFrames(random: Random): Uint8Array[] {
  const isText = random(2) === 0;
  const payload = isText ? sampleText(control, random) : audioFrame(random);
  const opcode = isText ? opcodes.text : opcodes.binary;
  switch (random(12)) {
    case 0: {
      const cut = random(payload.length + 1);
      return [
        webSocketFrame(opcode, payload.subarray(0, cut)),
        webSocketFrame(FINAL | opcodes.ping, randomBytes(random(126), random)),
        webSocketFrame(FINAL | opcodes.continuation, payload.subarray(cut)),
      ];
    }
    case 1:
      return [webSocketFrame(FINAL | pick(Object.values(opcodes), random), payload)];
    case 2:
      return random(3) === 0 ? [webSocketFrame(FINAL | COMPRESSED | opcode, payload)] : [];
    default:
      return [webSocketFrame(FINAL | opcode, payload)];
  }
}

function webSocketAttack(
  name: string,
  path: string,
  bytesOf: (random: Random) => Uint8Array,
): Attack {
  return {
    name,
    async run({ httpPort }, random, sent) {
      const socket = await openWeb(httpPort);
      const upgrade = Buffer.from(upgradeRequest(path, HOST));
      socket.write(upgrade);
      sent(upgrade);
      await firstAnswer(socket);
      const bytes = bytesOf(random);
      sent(bytes);
      await sendAndLeave(socket, bytes, random);
    },
  };
}

const relayMessages = webSocketAttack('relay', '/relay', (random) => {
  const frames = Array.from({ length: random(MOST_MESSAGES) }, () => messageFrames(random)).flat();
  const hello = random(10) === 0 ? [] : [webSocketFrame(FINAL | opcodes.text, HELLO)];
  return concat([...hello, ...frames] as Bytes[]);
});

const damagedRelay = webSocketAttack('damaged relay', '/relay', (random) => {
  const frames = Array.from({ length: random(10) }, () =>
    webSocketFrame(FINAL | opcodes.binary, audioFrame(random)),
  );
  const listen = { type: 'listen', device: random(ATTACKED_DEVICES), frameMs: 20 };
  const opening = [HELLO, Buffer.from(JSON.stringify(listen))].map((text) =>
    webSocketFrame(FINAL | opcodes.text, text),
  );
  let stream = concat([...opening, ...frames] as Bytes[]).slice();
  for (let left = 1 + random(4); left > 0; left -= 1) stream = mutate(stream, random, [stream]);
  return stream;
});

const tunnel = webSocketAttack('tunnel', '/audiofile', (random) =>
  concat(
    Array.from({ length: random(20) }, () =>
      webSocketFrame(FINAL | opcodes.binary, randomBytes(random(400), random)),
    ) as Bytes[],
  ),
);

const MOST_PINGS = 400;

/** Frames that no WebSocket may have. */
function brokenFrame(random: Random): Uint8Array {
  const payload = randomBytes(1 + random(20), random);
  return pick(
    [
      webSocketFrame(FINAL | opcodes.text, payload.fill(0xff)),
      webSocketFrame(FINAL | opcodes.close, randomBytes(2 + random(20), random)),
      webSocketFrame(FINAL | opcodes.continuation, payload),
      webSocketFrame(FINAL | opcodes.binary, payload, false),
    ],
    random,
  );
}

/** In the middle of much else: what comes before it takes a while, in which more comes behind it. */
const brokenFrames = webSocketAttack('broken frame', '/relay', (random) => {
  const ping = webSocketFrame(FINAL | opcodes.ping, new Uint8Array(random(4)));
  const before = Array.from({ length: random(MOST_PINGS) }, () => ping);
  return concat([...before, brokenFrame(random), randomBytes(random(2_000), random)] as Bytes[]);
});

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'BREW'];
const PATHS = [
  ...['/', '/index.html', '/healthz', '/metrics', '/api/status', '/api/devices', '/api/clients'],
  ...['/api/listeners', '/api/speakers', '/api/openapi.json', '/api/none', '/relay', '/audiofile'],
  ...['/..%2f..%2fetc/passwd', '/%', '//', '/assets/', '/\\', '*', 'http://x/', ''],
];
const headers = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...['Accept', 'Range', 'Cookie', 'Authorization', 'Origin', 'Upgrade', 'Connection'],
      ...['Content-Type', 'Content-Length', 'Transfer-Encoding', 'Expect', 'If-None-Match', 'X'],
    ),
    fc.oneof(
      fc.constantFrom('chunked', '5', '-1', '99999999999', 'websocket', 'bytes=0-,0-,0-', '*/*'),
      fc.constantFrom('application/json', 'keep-alive', 'close', '100-continue', 'Bearer x'),
      fc.string({ maxLength: 200 }),
    ),
  ),
  { maxLength: 12 },
);

function httpRequest(random: Random): Uint8Array {
  const [fields = []] = fc.sample(headers, { numRuns: 1, seed: random(2 ** 31) });
  const query = random(4) === 0 ? `?${'q'.repeat(random(500))}=${random(1e6)}` : '';
  const head = [
    `${pick(METHODS, random)} ${pick(PATHS, random)}${query} HTTP/1.${random(10) === 0 ? 0 : 1}`,
    `Host: ${random(10) === 0 ? 'elsewhere' : HOST}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  const body = random(4) === 0 ? JSON.stringify({ a: 'x'.repeat(random(2_000)) }) : '';
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function httpAttack(name: string, bytesOf: (random: Random) => Uint8Array): Attack {
  return {
    name,
    async run({ httpPort }, random, sent) {
      const socket = await openWeb(httpPort);
      const bytes = bytesOf(random);
      sent(bytes);
      await sendAndLeave(socket, bytes, random);
    },
  };
}

const requests = (random: Random) =>
  concat(Array.from({ length: 1 + random(5) }, () => httpRequest(random)) as Bytes[]);

const http = httpAttack('http', requests);

const damagedHttp = httpAttack('damaged http', (random) => {
  let stream = requests(random).slice();
  for (let left = 1 + random(5); left > 0; left -= 1) stream = mutate(stream, random, [stream]);
  return stream;
});

/** One request over and over, in one piece. */
const pipelined = httpAttack('pipelined', (random) => {
  const request = `GET ${pick(PATHS, random)} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
  return Buffer.from(request.repeat(2 + random(600)), 'latin1');
});

const rawHttp = httpAttack('raw http', (random) => randomBytes(random(3_000), random));

export const webAttacks: readonly Attack[] = [
  relayMessages,
  damagedRelay,
  brokenFrames,
  tunnel,
  http,
  damagedHttp,
  pipelined,
  rawHttp,
];
