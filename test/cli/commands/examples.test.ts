// The examples of docs/af.md, run as they stand.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { exitCodes } from '#cli/exit-codes';
import { startTestGateway } from '#test/integration/support/gateway';
import { folderOf } from '#test/integration/support/running-test';
import { compileAf, runShell } from './support/af.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const document = readFileSync(path.join(root, 'docs/af.md'), 'utf8');

function blocksOf(language: string): string[] {
  const blocks = document.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  return Array.from(blocks, ([, block = '']) => block);
}

beforeAll(compileAf, 120_000);

it.concurrent('every command of the document does what it is there for', async ({ ...test }) => {
  const { serverNumber } = await startTestGateway(test, { accessControl: false });
  const folder = folderOf(test);
  const [first = '', ...others] = blocksOf('sh');
  expect(others.length).toBeGreaterThan(3);
  await runBlock(first);
  await Promise.all(others.map(runBlock));

  async function runBlock(block: string): Promise<void> {
    const af = `af() { "${process.execPath}" "${root}/dist/cli/main.js" "$@"; }`;
    const script = [af, `cd "${folder}"`, 'set -e -o pipefail', block].join('\n');
    const { code, stderr } = await runShell(test, script, { serverNumber });
    // Levels and how a pass goes are what was asked for, and sox wonders about every pipe.
    const complaints = stderr.split('\n').filter((line) => /^af|FAIL/.test(line));
    expect({ block, code, complaints }).toEqual({ block, code: 0, complaints: [] });
  }
}, 60_000);

it.concurrent.each(blocksOf('js'))('the library example works: %s', async (source) => {
  const cleanUps: (() => unknown)[] = [];
  const test = { onTestFinished: (work: () => unknown) => cleanUps.push(work) };
  try {
    const { serverNumber } = await startTestGateway(test, { accessControl: false });
    const environment = {
      ...process.env,
      AUDIOFILE: `:${serverNumber}`,
      XAUTHORITY: '/nonexistent',
    };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: root,
      env: environment,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text;
      });
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, output }).toEqual({
      code: 0,
      output: source.includes('codec')
        ? '-6.0 dBFS\n800 bytes of mu-law\n'
        : '0 8000\n1 8000\n2 48000\n3 48000\n4 48000\n',
    });
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
});

it('the document lists the exit codes that there are', () => {
  for (const { number, meaning } of Object.values(exitCodes)) {
    expect(document).toContain(`| ${number} | ${meaning} |`);
  }
});
