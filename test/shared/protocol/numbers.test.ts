// The numbers of the protocol, written down a second time: opcodes, codes, types, atoms, encodings.
import { describe, expect, it } from 'vitest';
import { FIRST_NEW_ATOM, NO_ATOM, predefinedAtoms } from '#shared/protocol/atoms';
import { encodingNamed, encodings } from '#shared/protocol/encodings';
import { errorNamed, errors, ProtocolError } from '#shared/protocol/errors';
import { ALL_EVENTS_MASK, eventMask, events } from '#shared/protocol/events';
import { requests } from '#shared/protocol/requests/index';
import { requestNamed } from '#shared/wire/request-codec';

function numbersOf(table: object, key: string): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, entry[key]]));
}

describe('requests', () => {
  it('have the 37 opcodes of protocol 3.0', () => {
    expect(numbersOf(requests, 'opcode')).toEqual({
      SelectEvents: 2,
      DialPhone: 3,
      CreateAC: 4,
      ChangeACAttributes: 5,
      FreeAC: 6,
      PlaySamples: 7,
      RecordSamples: 8,
      GetTime: 9,
      QueryExtension: 12,
      ListExtensions: 13,
      KillClient: 14,
      HookSwitch: 15,
      SetAccessControl: 16,
      ChangeHosts: 17,
      ListHosts: 18,
      SetInputGain: 19,
      SetOutputGain: 20,
      QueryInputGain: 21,
      QueryOutputGain: 22,
      EnableInput: 23,
      EnableOutput: 24,
      DisableInput: 25,
      DisableOutput: 26,
      SyncConnection: 27,
      QueryPhone: 28,
      EnablePassThrough: 30,
      DisablePassThrough: 31,
      FlashHook: 32,
      ChangeProperty: 33,
      DeleteProperty: 34,
      GetProperty: 35,
      ListProperties: 36,
      InternAtom: 37,
      GetAtomName: 38,
      EnableGainControl: 39,
      DisableGainControl: 40,
      NoOperation: 127,
    });
    expect(Object.keys(requests)).toHaveLength(37);
  });

  it('are found by opcode, and what lies between them is not', () => {
    const known = Array.from({ length: 256 }, (_none, opcode) => requestNamed(opcode));
    for (const unknown of [0, 1, 10, 11, 29, 41, 126, 128, 255]) {
      expect(known[unknown]).toBeUndefined();
    }
    expect(known.filter((name) => name !== undefined)).toHaveLength(37);
  });

  it('are answered where the protocol says so', () => {
    const answered = Object.values(requests).filter(({ reply }) => reply !== undefined);
    expect(answered.map(({ opcode }) => opcode)).toEqual([
      7, 8, 9, 12, 13, 18, 21, 22, 23, 24, 25, 26, 27, 28, 30, 31, 35, 36, 37, 38, 39, 40,
    ]);
  });
});

describe('errors', () => {
  it('have the codes 1 to 12', () => {
    expect(numbersOf(errors, 'code')).toEqual({
      BadRequest: 1,
      BadValue: 2,
      BadAtom: 3,
      BadMatch: 4,
      BadAccess: 5,
      BadAlloc: 6,
      BadAC: 7,
      BadIDChoice: 8,
      BadName: 9,
      BadLength: 10,
      BadImplementation: 11,
      BadDevice: 12,
    });
  });

  it('are found by code; those of extensions are not in the table', () => {
    expect([0, 1, 12, 13, 128].map(errorNamed)).toEqual([
      undefined,
      'BadRequest',
      'BadDevice',
      undefined,
      undefined,
    ]);
  });

  it('carry the offending number as 32 bits, and 0 where there is none', () => {
    expect(new ProtocolError('BadValue', -1)).toMatchObject({ value: 0xffff_ffff });
    expect(new ProtocolError('BadLength')).toMatchObject({ errorName: 'BadLength', value: 0 });
    expect(new ProtocolError('BadAC', 7).message).toMatch(/^BadAC: .*\(7\)$/);
  });
});

describe('events', () => {
  it('have the types 2 to 7, and each its bit in the mask', () => {
    expect(numbersOf(events, 'type')).toEqual({
      PhoneRing: 2,
      PhoneDTMF: 3,
      PhoneLoop: 4,
      DSP: 5,
      PhoneHookSwitch: 6,
      Property: 7,
    });
    expect(eventMask()).toBe(0);
    expect(eventMask('PhoneRing')).toBe(1 << 2);
    expect(eventMask('Property', 'PhoneDTMF')).toBe((1 << 7) | (1 << 3));
    expect(ALL_EVENTS_MASK).toBe(0xfc);
  });
});

describe('atoms', () => {
  it('are predefined from 1 to 20', () => {
    expect(predefinedAtoms).toEqual({
      ATOM: 1,
      CARDINAL: 2,
      INTEGER: 3,
      STRING: 4,
      AC: 5,
      DEVICE: 6,
      TIME: 7,
      MASK: 8,
      TELEPHONE: 9,
      COPYRIGHT: 10,
      FILENAME: 11,
      SAMPLE_MU255: 12,
      SAMPLE_ALAW: 13,
      SAMPLE_LIN16: 14,
      SAMPLE_LIN32: 15,
      SAMPLE_ADPCM32: 16,
      SAMPLE_ADPCM24: 17,
      SAMPLE_CELP1016: 18,
      SAMPLE_CELP1015: 19,
      LAST_NUMBER_DIALED: 20,
    });
  });

  it('are numbered on from 21, and 0 is none', () => {
    expect([FIRST_NEW_ATOM, NO_ATOM]).toEqual([21, 0]);
  });
});

describe('encodings', () => {
  it('have numbers, bytes a unit and samples a unit', () => {
    const units = Object.entries(encodings).map(([name, { id, bytesPerUnit, samplesPerUnit }]) => [
      id,
      name,
      bytesPerUnit,
      samplesPerUnit,
    ]);
    expect(units).toEqual([
      [0, 'MU255', 1, 1],
      [1, 'ALAW', 1, 1],
      [2, 'LIN16', 2, 1],
      [3, 'LIN32', 4, 1],
      [4, 'G721', 1, 2],
      [5, 'G723', 3, 8],
      [6, 'UNKNOWN', 0, 0],
      [7, 'IMA', 1, 2],
      [8, 'CRLADPCM2', 1, 4],
      [9, 'CRLADPCM3', 3, 8],
      [10, 'CRLADPCM4', 1, 2],
      [11, 'LPC10', 0, 0],
      [12, 'CELP1016', 18, 240],
      [13, 'IEEES', 4, 1],
      [14, 'IEEED', 8, 1],
      // The original's table said one sample a byte for what it could not code; G.722 has two.
      [15, 'G722', 1, 2],
      [16, 'MPEG', 0, 0],
      [17, 'GSM', 33, 160],
      [18, 'VSELP', 0, 0],
      // The original gave these no unit at all; a byte is the only one that they can have.
      [19, 'LIN8U', 1, 1],
      [20, 'LIN8', 1, 1],
    ]);
  });

  it('are found by number, and none is at 21 or beyond', () => {
    expect([0, 17, 20].map(encodingNamed)).toEqual(['MU255', 'GSM', 'LIN8']);
    expect([-1, 21, 100, 0xffff].map(encodingNamed)).toEqual(new Array(4).fill(undefined));
  });

  it('have names that no two share, with those that the original library knew', () => {
    const names = Object.values(encodings).flatMap(({ aliases }) => aliases as readonly string[]);
    expect(new Set(names).size).toBe(names.length);
    const library = ['mu-255', 'ulaw', 'mulaw', 'au', 'a-law', 'lin', 'lin16', 'pcm', 'short'];
    expect(names).toEqual(expect.arrayContaining([...library, 'int', 'ima', 'gsm', 'double']));
  });
});
