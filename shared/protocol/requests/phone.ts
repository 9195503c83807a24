// The telephone line of a device that has one.
import { card8, card32, contextId, count16, int32, pad, text } from '../fields.ts';
import { reply, request } from '../message.ts';

export const DialPhone = request({
  opcode: 3,
  doc: 'Dials a number. Digits, * # A-D are dialed; T and P choose tones or pulses, ! pauses, ^ flashes the hook; W and X do nothing; anything else ends the number.',
  body: {
    numberByteCount: count16('number'),
    unused: pad(2),
    context: contextId,
    number: text('numberByteCount'),
  },
  errors: ['BadLength', 'BadAC', 'BadDevice'],
});

export const HookSwitch = request({
  opcode: 15,
  doc: 'Sets the hook switch: 0 on hook, 1 off hook. Other states change nothing and are no error.',
  body: { context: contextId, state: card32 },
  errors: ['BadLength', 'BadAC', 'BadDevice'],
});

export const QueryPhone = request({
  opcode: 28,
  doc: 'Tells the hook state (1 is off hook) and whether loop current flows.',
  body: { context: contextId },
  reply: reply({ body: { hookState: card8, loopCurrent: card8 } }),
  errors: ['BadLength', 'BadAC'],
});

export const FlashHook = request({
  opcode: 32,
  doc: 'Goes on hook for a moment, up to 3,000 ms; does nothing when on hook.',
  body: { context: contextId, durationMs: int32 },
  errors: ['BadLength', 'BadAC', 'BadDevice'],
});
