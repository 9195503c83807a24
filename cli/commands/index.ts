// The table of commands, in the order in which help shows them.
import type { Command } from '../command.ts';
import { play } from './play.ts';
import { record } from './record.ts';
import { serve } from './serve.ts';

export const commands: readonly Command[] = [serve, play, record];
