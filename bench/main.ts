// Runs the benchmarks named on the command line, or all of them; with --quick only to see that they run.
import { audio } from './audio.ts';
import { protocol } from './protocol.ts';
import { relay } from './relay.ts';
import { printSection, writeResults } from './results.ts';
import type { Benchmark, Section } from './section.ts';
import { server } from './server.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  audio,
  protocol,
  relay,
  server,
};

const QUICK = '--quick';

const isQuick = process.argv.includes(QUICK);
const names = process.argv.slice(2).filter((argument) => argument !== QUICK);
const unknown = names.filter((name) => !(name in benchmarks));

if (unknown.length > 0) {
  const known = Object.keys(benchmarks).join(', ');
  console.error(`There is no benchmark ${unknown.join(', ')}; there is ${known}.`);
  process.exitCode = 2;
} else {
  const chosen = Object.entries(benchmarks).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  const sections: Section[] = [];
  for (const [, benchmark] of chosen) {
    const section = await benchmark({ isQuick });
    printSection(section);
    sections.push(section);
  }
  if (!isQuick) writeResults(sections);
}
