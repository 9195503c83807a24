// A message that a caller left: what the gateway tells of it, and its name, which says when it came and how
// long it is. The answering machine names files so, and the gateway finds both in the name.

/** As `/api/messages` has it. */
export interface VoiceMessage {
  /** The name of its file without the suffix. */
  readonly id: string;
  /** When the call was answered: ISO 8601, in UTC. */
  readonly receivedAt: string;
  readonly durationSeconds: number;
  readonly byteCount: number;
}

/** What a message's name says. */
export type MessageFacts = Pick<VoiceMessage, 'receivedAt' | 'durationSeconds'>;

export const MESSAGE_SUFFIX = '.wav';

/** Colons do without in names of files; what is left sorts by time. */
const ID = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)_(\d{1,6}\.\d)s$/;

/** Such as `2026-11-20T13-45-10.250Z_12.4s`. */
export function messageId({ receivedAt, durationSeconds }: MessageFacts): string {
  return `${timeInNames(receivedAt)}_${durationSeconds.toFixed(1)}s`;
}

/** The part of a message's name that is known when the message begins. */
export function timeInNames(receivedAt: string): string {
  return receivedAt.replaceAll(':', '-');
}

/** Undefined where it is no name of a message; whatever is one has neither a slash nor a leading dot. */
export function factsOfId(id: string): MessageFacts | undefined {
  const match = ID.exec(id);
  if (match === null) return undefined;
  const [, day, hours, minutes, seconds, duration] = match;
  const receivedAt = `${day}${hours}:${minutes}:${seconds}`;
  const timeMs = Date.parse(receivedAt);
  // The 30th of February is taken for a day in March otherwise.
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== receivedAt) return undefined;
  return { receivedAt, durationSeconds: Number(duration) };
}

/** The id of the message in a file of that name; undefined where it holds none. */
export function idOfFileName(name: string): string | undefined {
  const id = name.slice(0, -MESSAGE_SUFFIX.length);
  return name.endsWith(MESSAGE_SUFFIX) && factsOfId(id) !== undefined ? id : undefined;
}
