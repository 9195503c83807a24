// The extensions. Each gets one opcode of its own from 128 up when a server starts; the detail byte
// says which of its requests is meant.
import { card32 } from './fields.ts';
import type { AnyRequestEntry } from './message.ts';
import { reply, request } from './message.ts';

export interface ExtensionEntry {
  /** The name that QueryExtension asks for. */
  readonly name: string;
  readonly doc: string;
  /** False: it has one request, and the detail byte may be anything. */
  readonly usesMinorOpcodes: boolean;
  /** Their `opcode` is the minor one, in the detail byte. */
  readonly requests: Readonly<Record<string, AnyRequestEntry>>;
}

export const extensions = {
  aftime: {
    name: 'AFTime',
    doc: "The original's demonstration: tells the server's wall clock.",
    usesMinorOpcodes: false,
    requests: {
      AFTime: request({
        opcode: 0,
        doc: 'Tells the wall clock in milliseconds, modulo 2^32.',
        body: {},
        reply: reply({ body: { wallClockMs: card32 } }),
        errors: ['BadLength'],
      }),
    },
  },
} as const satisfies Record<string, ExtensionEntry>;
