// Pages and programs that do anything in any order: what a line and its telephones say stays true.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testSeed } from '#test/support/random';
import { exchangeBench, type FakeTelephone } from './exchange-bench.ts';

type Bench = ReturnType<typeof exchangeBench>;
type Action = (bench: Bench, telephone: FakeTelephone) => void;

const page: Record<string, Action> = {
  call: ({ exchange }, telephone) => {
    // A page that has a call is refused, which its telephone tells nobody.
    if (!isInCall(telephone)) exchange.call(telephone);
  },
  answer: ({ exchange }, telephone) => exchange.answer(telephone),
  hangUp: ({ exchange }, telephone) => exchange.hangUp(telephone),
  press: ({ exchange }, telephone) => exchange.key(telephone, '5', true),
  release: ({ exchange }, telephone) => exchange.key(telephone, '5', false),
  giveBack: ({ exchange }, telephone) => exchange.takeNumber(telephone, ''),
  takeOwn: ({ exchange }, telephone) => exchange.takeNumber(telephone, String(telephone.page)),
  vanish: ({ exchanges }, telephone) => exchanges.vanish(telephone),
};

const program: Record<string, Action> = {
  pickUp: ({ line }) => line.setHook(1),
  putDown: ({ line }) => line.setHook(0),
  flash: ({ line }) => line.flash(200),
  flashLong: ({ line }) => line.flash(2_000),
  dial: ({ line }, telephone) => line.dial(String(telephone.page)),
  dialUnknown: ({ line }) => line.dial('99#'),
  dialPulses: ({ line }, telephone) => line.dial(`P${telephone.page}`),
};

const passing: Record<string, Action> = {
  moment: ({ time }) => time.advance(30),
  second: ({ time }) => time.advance(1_200),
  while: ({ time }) => time.advance(31_000),
  minute: ({ time }) => time.advance(61_000),
};

const actions = { ...page, ...program, ...passing };

function isInCall({ calls }: FakeTelephone): boolean {
  return (calls.at(-1)?.state ?? 'none') !== 'none';
}

/** What may follow what a telephone was told last. */
const mayFollow: Readonly<Record<string, readonly string[]>> = {
  none: ['none', 'calling', 'ringing'],
  calling: ['up', 'none'],
  ringing: ['up', 'none'],
  up: ['none'],
};

function expectTruth({ exchange, line }: Bench, telephones: readonly FakeTelephone[]): void {
  const { name } = exchange.state;
  expect(exchange.status.use === 'free').toBe(name === 'onHook');
  expect(line.isOffHook).toBe(name !== 'onHook' && name !== 'ringingIn');
  expect(line.hasLoopCurrent).toBe(name === 'up');
  const heard = telephones.filter((telephone) => exchange.mayBeHeard(telephone));
  if (line.isOffHook) expect(heard).toHaveLength(name === 'up' ? 1 : 0);
  expect(telephones.filter(isInCall)).toHaveLength('call' in exchange.state ? 1 : 0);
}

describe('a line', () => {
  it(`and its telephones agree, whatever happens on it (seed ${testSeed})`, () => {
    const names = fc.constantFrom(...Object.keys(actions));
    const steps = fc.array(fc.tuple(names, fc.nat(2)), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(steps, (taken) => {
        const bench = exchangeBench();
        const telephones = [bench.telephone(), bench.telephone(), bench.telephone()];
        for (const [name, which] of taken) {
          const telephone = telephones[which];
          if (telephone) actions[name]?.(bench, telephone);
          expectTruth(bench, telephones);
        }
        for (const { calls } of telephones) {
          const states = ['none', ...calls.map(({ state }) => state)];
          for (const [i, state] of calls.entries()) {
            expect(mayFollow[states[i] ?? '']).toContain(state.state);
          }
        }
        const rings = bench.takeEvents().filter((event) => event.startsWith('PhoneRing'));
        bench.line.setHook(0);
        for (const telephone of telephones) bench.exchanges.vanish(telephone);
        rings.push(...bench.takeEvents().filter((event) => event.startsWith('PhoneRing')));
        // Bursts begin and end in turns.
        expect(rings).toEqual(rings.map((_, i) => `PhoneRing ${i % 2 === 0 ? 1 : 0}`));
        expect(rings.length % 2).toBe(0);
        expect(bench.errors).toEqual([]);
        expect(bench.time.pendingTimerCount).toBe(0);
      }),
      { seed: testSeed, numRuns: 25 },
    );
  });
});
