// What a page may not do because of the link that opened it, and what to do about that.
import { hasRight, type Right, type Role } from '#shared/relay/roles';
import type { Trouble } from './state-words.ts';

/** In words that fit after "let you". */
const deeds: Readonly<Record<Right, string>> = {
  listen: 'listen',
  speak: 'speak',
  control: 'set devices, play files or delete messages',
  admin: 'look after the gateway',
};

/** Undefined where the role has the right. */
export function whyNotInWords(role: Role, right: Right): string | undefined {
  return hasRight(role, right) ? undefined : `Your link does not let you ${deeds[right]}`;
}

const HOW_TO = 'Ask whoever runs the gateway for a link that does.';

/** The same as a sentence of its own, with what to do. */
export function whyNotSentence(whyNot: string): string {
  return `${whyNot}. ${HOW_TO}`;
}

export function notAllowed(whyNot: string): Trouble {
  return {
    happened: `${whyNot}.`,
    means: 'Whoever made it wanted it to be good for less.',
    toDo: HOW_TO,
  };
}
