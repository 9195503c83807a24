// One ordinary value of every message, for measuring what it costs to read and write it.
import type { AudioEvent, EventName } from '#shared/protocol/events';
import type { Atom, ContextId, DeviceIndex, DeviceTime } from '#shared/protocol/ids';
import type {
  AnsweredRequestName,
  ReplyOf,
  RequestName,
  RequestOf,
} from '#shared/protocol/requests/index';
import type { DeviceDescription, SetupAccepted, SetupRequest } from '#shared/protocol/setup';

const context = 0x0010_0001 as ContextId;
const device = 1 as DeviceIndex;
const time = 3_456_789_012 as DeviceTime;
const property = 20 as Atom;
const type = 4 as Atom;
const mask = 1;
const gainDb = -10;

/** 20 ms of mu-law, which is what a live stream sends. */
const samples = new Uint8Array(160).fill(0x7f);
const data = new Uint8Array(12).fill(0x35);
const address = Uint8Array.of(192, 168, 7, 8);
const masks = { oldMask: 1, newMask: 3 };
const gains = { gainDb, minGainDb: -70, maxGainDb: 18 };

export const requestValues: { readonly [N in RequestName]: RequestOf<N> } = {
  SelectEvents: { context, mask: 0xfc },
  DialPhone: { context, number: '5551234' },
  CreateAC: { context, mask: 3, device, values: [0, 6] },
  ChangeACAttributes: { context, mask: 2, values: [6] },
  FreeAC: { context },
  PlaySamples: {
    bigEndianSamples: false,
    noTimeReply: true,
    context,
    startTime: time,
    channelCount: 1,
    encoding: 0,
    samples,
  },
  RecordSamples: {
    bigEndianSamples: false,
    block: true,
    context,
    startTime: time,
    byteCount: 160,
    channelCount: 1,
    encoding: 0,
  },
  GetTime: { context },
  QueryExtension: { name: 'AFTime' },
  ListExtensions: {},
  KillClient: { resource: context },
  HookSwitch: { context, state: 1 },
  SetAccessControl: { mode: 1 },
  ChangeHosts: { mode: 'insert', family: 0, address },
  ListHosts: {},
  SetInputGain: { context, gainDb },
  SetOutputGain: { context, gainDb },
  QueryInputGain: { context },
  QueryOutputGain: { context },
  EnableInput: { context, mask },
  EnableOutput: { context, mask },
  DisableInput: { context, mask },
  DisableOutput: { context, mask },
  SyncConnection: {},
  QueryPhone: { context },
  EnablePassThrough: { context, mask },
  DisablePassThrough: { context, mask },
  FlashHook: { context, durationMs: 500 },
  ChangeProperty: { mode: 'replace', context, property, type, format: 8, data },
  DeleteProperty: { context, property },
  GetProperty: { delete: 0, context, property, type, longOffset: 0, longLength: 100 },
  ListProperties: { context },
  InternAtom: { onlyIfExists: false, name: 'DEVICE_NAME' },
  GetAtomName: { atom: property },
  EnableGainControl: { context, mask },
  DisableGainControl: { context, mask },
  NoOperation: {},
};

export const replyValues: { readonly [N in AnsweredRequestName]: ReplyOf<N> } = {
  PlaySamples: { time },
  RecordSamples: { time, samples },
  GetTime: { time },
  QueryExtension: { present: 1, opcode: 128, firstEvent: 0, firstError: 0 },
  ListExtensions: { extensions: [{ name: 'AFTime' }] },
  ListHosts: { enabled: 1, hosts: [{ family: 0, address }] },
  QueryInputGain: gains,
  QueryOutputGain: gains,
  EnableInput: masks,
  EnableOutput: masks,
  DisableInput: masks,
  DisableOutput: masks,
  SyncConnection: {},
  QueryPhone: { hookState: 1, loopCurrent: 0 },
  EnablePassThrough: masks,
  DisablePassThrough: masks,
  GetProperty: { format: 8, type, bytesAfter: 0, data },
  ListProperties: { properties: [property, type] },
  InternAtom: { atom: property },
  GetAtomName: { name: 'DEVICE_NAME' },
  EnableGainControl: masks,
  DisableGainControl: masks,
};

const phoneEvent = { seconds: 1_700_000_000, microseconds: 123_456, time, device } as const;

export const eventValues: { readonly [N in EventName]: Extract<AudioEvent, { event: N }> } = {
  PhoneRing: { event: 'PhoneRing', ...phoneEvent, state: 1 },
  PhoneDTMF: { event: 'PhoneDTMF', ...phoneEvent, state: 1, digit: 0x35 },
  PhoneLoop: { event: 'PhoneLoop', ...phoneEvent, state: 1 },
  DSP: { event: 'DSP', ...phoneEvent, data0: 1, data1: 2 },
  PhoneHookSwitch: { event: 'PhoneHookSwitch', ...phoneEvent, state: 1 },
  Property: { event: 'Property', device, property, time, change: 'newValue' },
};

export const errorValue = { code: 2, value: 7, minorOpcode: 0, majorOpcode: 33 };

export const setupRequestValue: SetupRequest = {
  majorVersion: 3,
  minorVersion: 0,
  authorizationName: 'MIT-MAGIC-COOKIE-1',
  authorizationData: new Uint8Array(16),
};

const description: DeviceDescription = {
  type: 0,
  playChannelCount: 1,
  recordChannelCount: 1,
  inputCount: 2,
  outputCount: 2,
  phoneInputMask: 0,
  phoneOutputMask: 0,
  playRateHz: 8_000,
  playEncoding: 0,
  playBufferFrames: 32_000,
  recordRateHz: 8_000,
  recordEncoding: 0,
  recordBufferFrames: 32_000,
};

export const setupAcceptedValue: SetupAccepted = {
  release: 3,
  resourceIdBase: 0x0010_0000,
  resourceIdMask: 0x000f_ffff,
  maxRequestUnits: 16_384,
  vendor: 'A vendor of thirty characters.',
  devices: [description, description, description, description, description],
};
