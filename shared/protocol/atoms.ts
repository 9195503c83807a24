// The atoms that exist before anybody interns one. New ones are numbered from FIRST_NEW_ATOM.
import type { Atom } from './ids.ts';

const names = [
  'ATOM',
  'CARDINAL',
  'INTEGER',
  'STRING',
  'AC',
  'DEVICE',
  'TIME',
  'MASK',
  'TELEPHONE',
  'COPYRIGHT',
  'FILENAME',
  'SAMPLE_MU255',
  'SAMPLE_ALAW',
  'SAMPLE_LIN16',
  'SAMPLE_LIN32',
  'SAMPLE_ADPCM32',
  'SAMPLE_ADPCM24',
  'SAMPLE_CELP1016',
  'SAMPLE_CELP1015',
  'LAST_NUMBER_DIALED',
] as const;

export type PredefinedAtomName = (typeof names)[number];

/** Where an atom may be left out: no atom, or a property of any type. */
export const NO_ATOM = 0 as Atom;

export const FIRST_NEW_ATOM = (names.length + 1) as Atom;

export const predefinedAtoms = Object.fromEntries(
  names.map((name, index) => [name, index + 1]),
) as Readonly<Record<PredefinedAtomName, Atom>>;
