// "devices" in the configuration file: its entries, and how they fit together.
import { z } from 'zod';
import { MAX_RATE_HZ, MIN_RATE_HZ } from '#shared/protocol/limits';
import { MAX_CHANNELS } from '#shared/relay/control';

/** Beyond this a gain is a mistake; the protocol carries whole decibels. */
const MAX_GAIN_DB = 96;

/** Names are also properties that old programs read, and words on command lines. */
const deviceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: 'must begin with a letter or digit and hold only letters, digits, "_", "." and "-"',
});

const gainDb = z.int().min(-MAX_GAIN_DB).max(MAX_GAIN_DB);

function gainRange(defaults: { minDb: number; maxDb: number }) {
  return z
    .strictObject({ minDb: gainDb, maxDb: gainDb })
    .refine(({ minDb, maxDb }) => minDb <= maxDb, { error: 'must not end before it begins' })
    .default(defaults);
}

/** Part of an interface as a device of its own, such as its left channel. */
const view = z.strictObject({
  name: deviceName.describe('The name of the device.'),
  channel: z
    .int()
    .min(0)
    .max(MAX_CHANNELS - 1)
    .describe('The channel of the interface that it has, counted from 0.'),
});

/** Sound hardware, so to say: one clock and one buffer, and the devices that show it. */
export const soundInterface = z
  .strictObject({
    name: deviceName.describe('The name of the device.'),
    rateHz: z.int().min(MIN_RATE_HZ).max(MAX_RATE_HZ).describe('Frames a second.'),
    encoding: z.enum(['MU255', 'ALAW', 'LIN16']).describe('The native encoding.'),
    channelCount: z.int().min(1).max(MAX_CHANNELS).describe('Channels of a frame.'),
    bufferSeconds: z
      .number()
      .min(0.5)
      .max(60)
      .default(4)
      .describe('How far ahead sound may be played, and how much of the past is kept.'),
    blockMs: z.int().min(5).max(100).default(10).describe('How much sound leaves at a time.'),
    inputs: z
      .array(z.enum(['microphones', 'monitor']))
      .min(1)
      .max(32)
      .default(['microphones', 'monitor'])
      .describe('What each input is; the first is on at the start.'),
    outputs: z
      .array(z.enum(['browsers', 'unused']))
      .min(1)
      .max(32)
      .default(['browsers'])
      .describe('What each output is; all are on at the start.'),
    inputGain: gainRange({ minDb: 0, maxDb: 24 }).describe('Gains that inputs can have.'),
    outputGain: gainRange({ minDb: -70, maxDb: 18 }).describe('Gains that outputs can have.'),
    hasPhoneLine: z.boolean().default(false).describe('Whether a telephone line is attached.'),
    passThroughWith: deviceName
      .exactOptional()
      .describe('Another interface with which it shares its pass-through.'),
    views: z.array(view).default([]).describe('Devices that have one of its channels.'),
  })
  .refine(({ channelCount, views }) => views.every(({ channel }) => channel < channelCount), {
    error: 'has a view of a channel that it does not have',
  });

export const soundInterfaces = z
  .array(soundInterface)
  .min(1)
  .superRefine((interfaces, { addIssue }) => {
    for (const [index, { name, passThroughWith }] of interfaces.entries()) {
      if (passThroughWith === undefined) continue;
      const others = interfaces.filter((other) => other.name !== name);
      if (others.some((other) => other.name === passThroughWith)) continue;
      const message = 'must be the name of another entry of "devices"';
      addIssue({ code: 'custom', path: [index, 'passThroughWith'], message });
    }
  });
