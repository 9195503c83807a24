// The types of `audiofile-gateway/browser`, as a program finds them that uses the packed package.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from './sound-pages.ts';

const root = path.resolve(import.meta.dirname, '../..');

const program = `
import {
  type AudioFileListen, createRecorder, gatewayUrl, type Player, playFile, type Relay, sound,
} from 'audiofile-gateway/browser';

const relayUrl = gatewayUrl('http://lab:8411/', 'relay');
const relay: Relay = sound.connect(relayUrl, 'my page');
const player: Player = sound.play(relay, relay.devices[0]?.number ?? 0, { frameMs: 10 });
player.onReport(({ networkMs, bufferMs }) => console.log((networkMs + bufferMs).toFixed()));
const recorder = createRecorder();
player.onFrames(recorder.take);
const options = { signal: new AbortController().signal, onProgress: (share: number) => share };
const end: Promise<void> = playFile(relayUrl, 2, new Blob([]), options);
const element: AudioFileListen = document.createElement('audiofile-listen');
element.volume = 0.5;
element.player?.stop();

// @ts-expect-error There are no such frames.
sound.play(relay, 0, { frameMs: 11 });
// @ts-expect-error A name is no number.
const wrong: number = relay.devices[0]?.name ?? '';
export { end, wrong };
`;

describe('the types of the library for pages', () => {
  let folder: string;

  beforeAll(async () => {
    await buildLibrary();
    folder = await mkdtemp(path.join(tmpdir(), 'audiofile-types-'));
    const installed = path.join(folder, 'node_modules/audiofile-gateway');
    await mkdir(installed, { recursive: true });
    // What `npm pack` takes of it, and the one dependency that its types name.
    for (const part of ['package.json', 'dist/shared', 'dist/browser']) {
      await cp(path.join(root, part), path.join(installed, part), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules/zod'), path.join(folder, 'node_modules/zod'));
    await writeFile(path.join(folder, 'program.ts'), program);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('fit a program that is compiled to %s with resolution %s', async (module, resolution) => {
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--lib', 'es2022,dom', '--types', ''];
    const modules = ['--module', module, '--moduleResolution', resolution];
    const compiled = await promisify(execFile)(
      process.execPath,
      [tsc, ...options, ...modules, 'program.ts'],
      { cwd: folder },
    ).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe('');
  });
});
