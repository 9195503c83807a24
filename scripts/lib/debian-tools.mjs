// Programs that tests use when they are there, and how to get them on Debian.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { run, say } from './run.mjs';

const chromiumNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];
const chromiumPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Each tool: what it is for, the Debian package that has it, and where it is looked for. */
export const tools = [
  {
    name: 'Chromium',
    package: 'chromium',
    commands: chromiumNames,
    places: chromiumPlaces,
    tests: 'the browser tests',
  },
  {
    name: 'SoX',
    package: 'sox',
    commands: ['sox'],
    places: [],
    tests: 'the cross-checks of sound files and G.711',
  },
  {
    name: 'toast',
    package: 'libgsm-tools',
    commands: ['toast'],
    places: [],
    tests: 'the cross-checks of GSM 06.10',
  },
];

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {{ commands: string[], places: string[] }} tool */
export function findTool({ commands, places }) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = commands.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...candidates, ...places].find(isExecutable);
}

/** Installs what is missing where that is allowed, and says loudly what its absence costs. */
export async function ensureTools() {
  const missing = tools.filter((tool) => !findTool(tool));
  if (missing.length === 0) return;
  const aptGet = findTool({ commands: ['apt-get'], places: [] });
  if (aptGet && process.getuid?.() === 0) {
    const packages = missing.map((tool) => tool.package);
    say(`Installing ${packages.join(', ')} from Debian …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run(aptGet, ['update', '-qq'], { quiet: true, env });
    await run(aptGet, ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      quiet: true,
      env,
    });
  }
  for (const tool of missing) {
    if (findTool(tool)) continue;
    say(
      `\n  !!! ${tool.name} was not found: ${tool.tests} will be SKIPPED. Install it (on Debian: apt-get install ${tool.package}) to run them.\n`,
    );
  }
}
