// What pages import can be imported without a browser too, by test runners and by what renders pages on a server.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { buildLibrary } from './sound-pages.ts';

const root = path.resolve(import.meta.dirname, '../..');

const program = `
import('audiofile-gateway/browser').then(({ AudioFileListen, gatewayUrl, sound }) => {
  console.log(AudioFileListen.observedAttributes.join(), typeof sound.connect);
  console.log(gatewayUrl('http://lab:8411/', 'relay'));
});
`;

beforeAll(buildLibrary);

it('gives its exports where there is no DOM, and defines no elements', async () => {
  const ran = promisify(execFile)(process.execPath, ['-e', program], { cwd: root });
  await expect(ran).resolves.toEqual({
    stdout: 'src,device,label,volume function\nws://lab:8411/relay\n',
    stderr: '',
  });
});
