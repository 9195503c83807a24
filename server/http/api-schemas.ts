// What the answers of /api look like, as JSON schemas: answers are written by them, and the OpenAPI document
// is made of them.
import type { ClientStatus } from '#server/dispatch/index';
import { encodings } from '#shared/protocol/encodings';
import type { DeviceSettings } from '#shared/relay/control';
import type {
  DeviceDetails,
  GatewayStatus,
  ListenerStatus,
  SpeakerStatus,
  TelephoneStatus,
} from '#shared/relay/status';
import { lineStates } from '#shared/relay/telephone';
import type { VoiceMessage } from '#shared/relay/voice-message';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What every route may answer instead. */
export const refusalResponses = {
  401: { description: 'The token is missing or wrong.' },
  403: { description: 'The token is for less than this, or another site asks.' },
  429: { description: 'Too many wrong tokens came from this address.' },
};

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const whole = { type: 'integer' };
const number = { type: 'number' };

function objectOf(properties: Readonly<Record<string, unknown>>, optional: string[] = []) {
  return {
    type: 'object',
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
    properties,
  };
}

function listOf(items: JsonSchema) {
  return { type: 'array', items };
}

const deviceFields = {
  index: count,
  name: text,
  rateHz: count,
  channelCount: count,
  encoding: { enum: Object.keys(encodings) },
} satisfies Record<keyof GatewayStatus['devices'][number], unknown>;

const doorSchema = objectOf({
  kind: { enum: ['tcp', 'unix'] },
  address: text,
} satisfies Record<keyof GatewayStatus['doors'][number], unknown>);

/** Of a GatewayStatus. */
export const statusSchema = objectOf({
  version: text,
  uptimeSeconds: count,
  serverNumber: count,
  doors: listOf(doorSchema),
  devices: listOf(objectOf(deviceFields)),
} satisfies Record<keyof GatewayStatus, unknown>);

const gain = objectOf({ gainDb: whole, minDb: whole, maxDb: whole });
const switches = objectOf({ bitCount: count, mask: count });

const settingsSchema = objectOf({
  inputGain: gain,
  outputGain: gain,
  inputs: switches,
  outputs: switches,
  passThrough: switches,
  isGainControlOn: flag,
} satisfies Record<keyof DeviceSettings, unknown>);

export const devicesSchema = listOf(
  objectOf({
    ...deviceFields,
    hasPhoneLine: flag,
    settings: settingsSchema,
    listenerCount: count,
    speakerCount: count,
  } satisfies Record<keyof DeviceDetails, unknown>),
);

export const clientsSchema = listOf(
  objectOf({
    index: count,
    peer: text,
    contextCount: count,
    playingOn: listOf(text),
    requestCount: count,
    errorCount: count,
    playedByteCount: count,
    recordedByteCount: count,
    latePlayCount: count,
  } satisfies Record<keyof ClientStatus, unknown>),
);

const whose = { page: count, pageName: text, peer: text, device: text };

export const listenersSchema = listOf(
  objectOf(
    {
      ...whose,
      frameMs: count,
      sentFrameCount: count,
      droppedFrameCount: count,
      report: objectOf({
        bufferedMs: number,
        latencyMs: number,
        underrunCount: count,
        droppedFrameCount: count,
        driftPpm: number,
      } satisfies Record<keyof NonNullable<ListenerStatus['report']>, unknown>),
    } satisfies Record<keyof ListenerStatus, unknown>,
    ['report'],
  ),
);

export const speakersSchema = listOf(
  objectOf({
    ...whose,
    rateHz: count,
    channelCount: count,
    isMuted: flag,
    headroomMs: number,
    targetMs: number,
    correctionPpm: number,
    lateFrameCount: count,
    lostFrameCount: count,
    gapCount: count,
  } satisfies Record<keyof SpeakerStatus, unknown>),
);

const callSchema = objectOf({
  direction: { enum: ['in', 'out'] },
  page: count,
  pageName: text,
  seconds: count,
} satisfies Record<keyof NonNullable<TelephoneStatus['call']>, unknown>);

export const telephonesSchema = listOf(
  objectOf(
    {
      device: text,
      isOffHook: flag,
      hasLoopCurrent: flag,
      state: { enum: lineStates },
      lastNumberDialed: text,
      telephones: listOf(objectOf({ number: text, page: count, pageName: text })),
      call: callSchema,
    } satisfies Record<keyof TelephoneStatus, unknown>,
    ['call'],
  ),
);

export const messagesSchema = objectOf({
  messages: listOf(
    objectOf({
      id: text,
      receivedAt: { type: 'string', format: 'date-time' },
      durationSeconds: number,
      byteCount: count,
    } satisfies Record<keyof VoiceMessage, unknown>),
  ),
});
