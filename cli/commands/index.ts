// The table of commands, in the order in which help shows them.
import type { Command } from '../command.ts';
import { atoms } from './atoms.ts';
import { completion } from './completion.ts';
import { devices } from './devices.ts';
import { events } from './events.ts';
import { hosts } from './hosts.ts';
import { kill } from './kill.ts';
import { phone } from './phone.ts';
import { play } from './play.ts';
import { probe } from './probe.ts';
import { props } from './props.ts';
import { record } from './record.ts';
import { serve } from './serve.ts';
import { set } from './set.ts';
import { time } from './time.ts';

export const commands: readonly Command[] = [
  serve,
  play,
  record,
  devices,
  set,
  hosts,
  props,
  atoms,
  events,
  phone,
  time,
  kill,
  probe,
  completion,
];
