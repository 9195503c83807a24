// The one place that knows the engines of the sound side by name.
import type { PageSound } from './page-sound.ts';

export declare const sound: PageSound;
