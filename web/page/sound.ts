// The one place that knows the engines of the sound side by name.
import { sound as engines } from '../audio/index.ts';
import type { PageSound } from './page-sound.ts';
import { playFile } from './sound-file/play-file.ts';

export const sound: PageSound = { ...engines, playFile, nowMs: () => performance.now() };
