// What gateway and page tell each other besides sound: JSON objects in text messages, each with a `type`.
// A message is described once, here; both sides check what they receive against it and write what fits it.
import * as z from 'zod/mini';
import { MAX_GAIN_DB } from '#shared/audio/gain';
import type { EncodingName } from '#shared/protocol/encodings';
import { encodings } from '#shared/protocol/encodings';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '#shared/protocol/limits';
import { deviceNumber, MAX_DEVICES, text } from './fields.ts';
import { RELAY_VERSION } from './frame.ts';
import { RelayError } from './relay-error.ts';
import { roleNames } from './roles.ts';
import { telephoneFromGateway, telephoneFromPage } from './telephone.ts';

export const MAX_CLIENTS = 64;
export const MAX_CHANNELS = 8;
export const MAX_SYNC_LATENCY_MS = 5_000;

const whole = z.int().check(z.gte(0));
const number = z.number();
const rateHz = z.int().check(z.gte(MIN_RATE_HZ), z.lte(MAX_RATE_HZ));
const channelCount = z.int().check(z.gte(1), z.lte(MAX_CHANNELS));
/** Whatever the device; its own ranges are narrower. */
const gainDb = z.int().check(z.gte(-MAX_GAIN_DB), z.lte(MAX_GAIN_DB));
const encoding = z.enum(Object.keys(encodings) as [EncodingName, ...EncodingName[]]);
/** How much sound a frame carries. */
const frameMs = z.union([z.literal(10), z.literal(20)]);

const gain = z.object({ gainDb, minDb: gainDb, maxDb: gainDb });
const switches = z.object({ bitCount: z.int().check(z.gte(0), z.lte(32)), mask: whole });

/** All that a device is set to. */
const settings = z.object({
  inputGain: gain,
  outputGain: gain,
  inputs: switches,
  outputs: switches,
  passThrough: switches,
  isGainControlOn: z.boolean(),
});

const device = z.object({
  /** Frames carry it; it never changes its meaning while the connection lasts. */
  number: deviceNumber,
  /** Its place in the set-up reply of an AudioFile client that connects now. */
  index: whole,
  name: text,
  rateHz,
  channelCount,
  encoding,
  hasPhoneLine: z.boolean(),
  settings,
});

/** What a page may say. */
export const fromPage = {
  /** The first message of a page. */
  hello: z.object({ type: z.literal('hello'), version: whole, pageName: text }),
  listen: z.object({ type: z.literal('listen'), device: deviceNumber, frameMs }),
  unlisten: z.object({ type: z.literal('unlisten'), device: deviceNumber }),
  /** Opens a microphone on a device; `heard` frames with samples in LIN16 follow. */
  speak: z.object({ type: z.literal('speak'), device: deviceNumber, rateHz, channelCount }),
  unspeak: z.object({ type: z.literal('unspeak'), device: deviceNumber }),
  ping: z.object({ type: z.literal('ping'), id: whole, pageMs: number }),
  /** Changes what is given, and leaves the rest. Masks are whole new masks. */
  change: z.object({
    type: z.literal('change'),
    device: deviceNumber,
    inputGainDb: z.optional(gainDb),
    outputGainDb: z.optional(gainDb),
    inputMask: z.optional(whole),
    outputMask: z.optional(whole),
    passThroughMask: z.optional(whole),
    isGainControlOn: z.optional(z.boolean()),
  }),
  /** Takes part in playing together: the latency that this page needs, in ms; 0 ends it. */
  sync: z.object({
    type: z.literal('sync'),
    latencyMs: number.check(z.gte(0), z.lte(MAX_SYNC_LATENCY_MS)),
  }),
  /** How listening goes, about once a second, for whoever looks after the gateway. */
  report: z.object({
    type: z.literal('report'),
    device: deviceNumber,
    bufferedMs: number,
    latencyMs: number,
    underrunCount: whole,
    droppedFrameCount: whole,
    driftPpm: number,
  }),
  ...telephoneFromPage,
} as const;

/** What a gateway may say. */
const fromGateway = {
  /** The answer to `hello`. */
  welcome: z.object({
    type: z.literal('welcome'),
    version: whole,
    gatewayVersion: text,
    serverNumber: whole,
    /** This page's number among the listeners and speakers of /api. */
    pageNumber: whole,
    /** What this page may do. */
    role: z.enum(roleNames),
  }),
  /** After `welcome`, and again whenever devices come or go. */
  devices: z.object({
    type: z.literal('devices'),
    devices: z.array(device).check(z.maxLength(MAX_DEVICES + 1)),
  }),
  settings: z.object({ type: z.literal('settings'), device: deviceNumber, settings }),
  /** Who plays on a device now; only when that changes. */
  playing: z.object({
    type: z.literal('playing'),
    device: deviceNumber,
    clients: z.array(z.object({ index: whole, peer: text })).check(z.maxLength(MAX_CLIENTS)),
  }),
  pong: z.object({ type: z.literal('pong'), id: whole, pageMs: number, serverMs: number }),
  /** The latency at which all pages that take part play the same frame; 0 while nobody does. */
  sync: z.object({ type: z.literal('sync'), latencyMs: number }),
  /** Something that was asked for is not done, and why, in words for people. */
  refused: z.object({ type: z.literal('refused'), code: text, message: z.string() }),
  ...telephoneFromGateway,
} as const;

type MessageOf<T extends Readonly<Record<string, z.ZodMiniType>>> = {
  [K in keyof T]: z.infer<T[K]>;
}[keyof T];

export type PageMessage = MessageOf<typeof fromPage>;
export type GatewayMessage = MessageOf<typeof fromGateway>;
export type DeviceListing = z.infer<typeof device>;
export type DeviceSettings = z.infer<typeof settings>;

/** Throws RelayError, and nothing else, where the text is no message that a page may send. */
export function parsePageMessage(json: string): PageMessage {
  return parse(fromPage, json);
}

/** Throws RelayError, and nothing else, where the text is no message that a gateway may send. */
export function parseGatewayMessage(json: string): GatewayMessage {
  return parse(fromGateway, json);
}

function parse<T extends Readonly<Record<string, z.ZodMiniType>>>(
  table: T,
  json: string,
): MessageOf<T> {
  const value = parseJson(json);
  const type = isRecord(value) ? value.type : undefined;
  const schema = typeof type === 'string' && Object.hasOwn(table, type) ? table[type] : undefined;
  if (!schema) throw RelayError.malformed('it has no type that is known here');
  checkVersion(value);
  const result = schema.safeParse(value);
  if (!result.success) throw RelayError.malformed(`“${String(type)}” has fields that do not fit`);
  return result.data as MessageOf<T>;
}

function checkVersion(value: unknown): void {
  if (!isRecord(value) || typeof value.version !== 'number') return;
  if (value.version !== RELAY_VERSION) throw RelayError.version(value.version);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw RelayError.malformed('it is no JSON');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
