// The table of commands, in the order in which help shows them.
import type { Command } from '../command.ts';
import { answer } from './answer.ts';
import { atoms } from './atoms.ts';
import { completion } from './completion.ts';
import { devices } from './devices.ts';
import { events } from './events.ts';
import { hosts } from './hosts.ts';
import { kill } from './kill.ts';
import { meter } from './meter.ts';
import { pass } from './pass.ts';
import { phone } from './phone.ts';
import { play } from './play.ts';
import { probe } from './probe.ts';
import { props } from './props.ts';
import { record } from './record.ts';
import { repair } from './repair.ts';
import { serve } from './serve.ts';
import { set } from './set.ts';
import { spectrum } from './spectrum.ts';
import { time } from './time.ts';
import { token } from './token.ts';
import { tone } from './tone.ts';

export const commands: readonly Command[] = [
  serve,
  play,
  record,
  repair,
  pass,
  tone,
  meter,
  spectrum,
  devices,
  set,
  hosts,
  token,
  props,
  atoms,
  events,
  phone,
  answer,
  time,
  kill,
  probe,
  completion,
];
