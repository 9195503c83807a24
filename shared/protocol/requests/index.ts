// The 37 requests of protocol 3.0, by name. Adding one here makes every place that must know it fail to compile.
import type { AnyReplyEntry, AnyRequestEntry, ReplyValue, RequestValue } from '../message.ts';
import * as access from './access.ts';
import * as connection from './connection.ts';
import * as contexts from './contexts.ts';
import * as devices from './devices.ts';
import * as phone from './phone.ts';
import * as properties from './properties.ts';
import * as samples from './samples.ts';

const { SelectEvents, CreateAC, ChangeACAttributes, FreeAC } = contexts;
const { PlaySamples, RecordSamples, GetTime } = samples;
const { SetInputGain, SetOutputGain, QueryInputGain, QueryOutputGain } = devices;
const { EnableInput, EnableOutput, DisableInput, DisableOutput } = devices;
const { EnablePassThrough, DisablePassThrough, EnableGainControl, DisableGainControl } = devices;
const { DialPhone, HookSwitch, QueryPhone, FlashHook } = phone;
const { ChangeProperty, DeleteProperty, GetProperty, ListProperties, InternAtom, GetAtomName } =
  properties;
const { KillClient, SetAccessControl, ChangeHosts, ListHosts } = access;
const { QueryExtension, ListExtensions, SyncConnection, NoOperation } = connection;

export const requests = {
  SelectEvents,
  DialPhone,
  CreateAC,
  ChangeACAttributes,
  FreeAC,
  PlaySamples,
  RecordSamples,
  GetTime,
  QueryExtension,
  ListExtensions,
  KillClient,
  HookSwitch,
  SetAccessControl,
  ChangeHosts,
  ListHosts,
  SetInputGain,
  SetOutputGain,
  QueryInputGain,
  QueryOutputGain,
  EnableInput,
  EnableOutput,
  DisableInput,
  DisableOutput,
  SyncConnection,
  QueryPhone,
  EnablePassThrough,
  DisablePassThrough,
  FlashHook,
  ChangeProperty,
  DeleteProperty,
  GetProperty,
  ListProperties,
  InternAtom,
  GetAtomName,
  EnableGainControl,
  DisableGainControl,
  NoOperation,
} as const satisfies Record<string, AnyRequestEntry>;

export type RequestName = keyof typeof requests;
export type RequestOf<N extends RequestName> = RequestValue<(typeof requests)[N]>;
export type ReplyOf<N extends RequestName> = ReplyValue<(typeof requests)[N]>;

/** The requests that are answered. */
export type AnsweredRequestName = {
  [N in RequestName]: (typeof requests)[N]['reply'] extends AnyReplyEntry ? N : never;
}[RequestName];
