// `af atoms`: names that the server knows by number.
import { type Atom, AudioFileError, type Connection } from '#shared/client/index';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../errors.ts';
import { printJson, printTable } from '../output.ts';
import { printable } from '../shown-text.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8-names.ts';

interface AtomRange {
  readonly from: number;
  /** Undefined: as far as there are atoms. */
  readonly to: number | undefined;
}

interface AtomsOptions {
  readonly range?: AtomRange;
  readonly intern?: boolean;
}

interface NamedAtom {
  readonly atom: number;
  readonly name: string;
}

/** So many are asked for at once, so that the end of the list costs one round trip too many at most. */
const BATCH = 64;

export const atoms = defineCommand<AtomsOptions>({
  name: 'atoms',
  summary: 'list atoms, or look names and numbers up',
  configure(command) {
    command
      .argument('[atoms...]', 'names or numbers; all atoms otherwise')
      .option('--range <lo-hi>', 'list these numbers only, such as 1-20 or 21-', parseRange)
      .option('--intern', 'make the atoms of names that have none');
  },
  async run(context, wanted, { range, intern = false }) {
    if (wanted.length > 0 && range) {
      throw usageError('A range and names cannot be meant together: leave one of them out.');
    }
    const connection = await context.connect();
    const found =
      wanted.length > 0
        ? await Promise.all(wanted.map((text) => lookUp(connection, text, intern)))
        : await listAtoms(connection, range ?? { from: 1, to: undefined });
    if (context.globals.json) printJson(context, found);
    else {
      const rows = found.map(({ atom, name }) => [atom, printable(name)]);
      printTable(context, ['atom', 'name'], rows);
    }
  },
});

function parseRange(text: string): AtomRange {
  const [, from, dash, to = ''] = /^(\d+)(-?)(\d*)$/.exec(text) ?? [];
  const first = Number(from);
  const last = dash ? Number(to) : first;
  const isOpen = dash === '-' && to === '';
  if (from !== undefined && first > 0 && (isOpen || last >= first)) {
    return { from: first, to: isOpen ? undefined : last };
  }
  throw usageError(`"${text}" is no range of atoms: write 1-20, 7, or 21- for all from there on.`);
}

/** Numbers have no gaps: the first that is missing ends the list. */
async function listAtoms({ atoms }: Connection, { from, to }: AtomRange): Promise<NamedAtom[]> {
  const found: NamedAtom[] = [];
  const last = to ?? Number.POSITIVE_INFINITY;
  for (let start = from; start <= last; start += BATCH) {
    const count = Math.min(BATCH, last - start + 1);
    const numbers = Array.from({ length: count }, (_, index) => start + index);
    const named = await Promise.all(numbers.map((atom) => nameOf(atoms, atom)));
    found.push(...named.filter((one) => one !== undefined));
    if (named.includes(undefined)) break;
  }
  return found;
}

async function nameOf(atoms: Connection['atoms'], atom: number): Promise<NamedAtom | undefined> {
  try {
    return { atom, name: decodeUtf8(await atoms.nameOf(atom as Atom)) };
  } catch (error) {
    if (error instanceof AudioFileError && error.errorName === 'BadAtom') return undefined;
    throw error;
  }
}

async function lookUp({ atoms }: Connection, text: string, intern: boolean): Promise<NamedAtom> {
  if (/^\d+$/.test(text)) {
    const found = Number(text) < 2 ** 32 ? await nameOf(atoms, Number(text)) : undefined;
    if (found) return found;
    throw new CommandError(
      'failed',
      `The server has no atom with the number ${text}: "af atoms" lists those it has.`,
    );
  }
  const name = encodeUtf8(text);
  const atom = intern ? await atoms.intern(name) : await atoms.find(name);
  if (atom !== undefined) return { atom, name: text };
  throw new CommandError(
    'failed',
    `The server has no atom for the name ${printable(text)}: add --intern to make it.`,
  );
}
