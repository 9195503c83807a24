// `npm run bench -- --help` names the benchmarks before they are compiled, from a list of its own.
import path from 'node:path';
import { expect, it } from 'vitest';
import { benchmarks } from '../../bench/main.ts';

it('lists every benchmark that there is, in their order', async () => {
  const list = path.resolve(import.meta.dirname, '../../scripts/lib/benchmarks.mjs');
  const listed: { readonly benchmarks: object } = await import(list);
  expect(Object.keys(listed.benchmarks)).toEqual(Object.keys(benchmarks));
});
