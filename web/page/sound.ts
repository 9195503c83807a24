// The one place that knows the engines of the sound side by name.
import {
  after,
  createRecorder,
  sound as engines,
  hearDevice,
  nowMs,
  playFile,
} from '../audio/index.ts';
import type { PageSound } from './page-sound.ts';

export const sound: PageSound = {
  ...engines,
  playFile,
  hearDevice,
  createRecorder,
  nowMs,
  after,
};
