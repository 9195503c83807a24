// What gateway and page tell each other about the telephone: a page calls the line of a device, or has a
// number under which the line's programs reach it. The sound of a call is the device's: the page listens
// to it and speaks on it as on any other.
import * as z from 'zod/mini';
import { DTMF_DIGITS } from '#shared/audio/dtmf';
import { deviceNumber, text } from './fields.ts';

export const MAX_NUMBER_DIGITS = 16;
export const MAX_TELEPHONES = 128;

const device = deviceNumber;
const number = z.string().check(z.maxLength(MAX_NUMBER_DIGITS), z.regex(/^[0-9]*$/));
const digit = z.enum([...DTMF_DIGITS] as [string, ...string[]]);

/** Why a call is over. */
const callEnds = ['hungUp', 'notAnswered', 'busy', 'gone'] as const;

/** What goes on on a line, as docs/telephone.md draws it. */
export const lineStates = [
  'onHook',
  'ringingIn',
  'dialTone',
  'dialing',
  'ringingOut',
  'up',
  'flashing',
  'busyTone',
  'reorderTone',
  'still',
] as const;

/** What a page may say. */
export const telephoneFromPage = {
  /** Takes the number under which this page is rung; an empty one gives it back. */
  telephone: z.object({ type: z.literal('telephone'), device, number }),
  /** Rings the device, as somebody who calls from outside. */
  call: z.object({ type: z.literal('call'), device }),
  /** Takes the call for which this page's telephone rings. */
  answer: z.object({ type: z.literal('answer'), device }),
  /** Ends this page's call, whatever its state; refuses one that rings. */
  hangUp: z.object({ type: z.literal('hangUp'), device }),
  /** A key of the telephone goes down or up; heard only while a call is up. */
  key: z.object({ type: z.literal('key'), device, digit, isDown: z.boolean() }),
} as const;

/** What a gateway may say. */
export const telephoneFromGateway = {
  /** How a device's line is, to all pages: after `devices`, and whenever it changes. */
  line: z.object({
    type: z.literal('line'),
    device,
    isOffHook: z.boolean(),
    /** `ringing`: the device rings; `inUse`: a page calls, is rung or talks, or a program dials. */
    use: z.enum(['free', 'ringing', 'inUse']),
    /** Pages that can be called, by number. */
    telephones: z.array(z.object({ number, pageName: text })).check(z.maxLength(MAX_TELEPHONES)),
    lastNumberDialed: text,
  }),
  /** How this page's own call is; to that page only. */
  call: z.object({
    type: z.literal('call'),
    device,
    /** `calling`: the device rings; `ringing`: this page's telephone does. */
    state: z.enum(['none', 'calling', 'ringing', 'up']),
    /** Only of `none`, after a call. */
    ended: z.optional(z.enum(callEnds)),
    /** When it came to this state, on the gateway's clock. */
    sinceServerMs: z.number(),
  }),
  /** The number that this page has now; empty for none. */
  telephone: z.object({ type: z.literal('telephone'), device, number }),
  /** A key that was heard from the other end of this page's call. */
  key: z.object({ type: z.literal('key'), device, digit, isDown: z.boolean() }),
} as const;

export type LineStateName = (typeof lineStates)[number];
export type CallEnd = (typeof callEnds)[number];
export type LineMessage = z.infer<typeof telephoneFromGateway.line>;
export type CallMessage = z.infer<typeof telephoneFromGateway.call>;
