// The table of commands, in the order in which help shows them.
import type { Command } from '../command.ts';
import { meter } from './meter.ts';
import { pass } from './pass.ts';
import { play } from './play.ts';
import { record } from './record.ts';
import { serve } from './serve.ts';
import { spectrum } from './spectrum.ts';
import { tone } from './tone.ts';

export const commands: readonly Command[] = [serve, play, record, pass, tone, meter, spectrum];
