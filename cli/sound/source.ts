// What a command line names as sound: files one after the other, or standard input.
import { encodings } from '#shared/protocol/encodings';
import type { CommandContext } from '../command.ts';
import { usageError } from '../errors.ts';
import { durationSeconds, type SoundFormat } from '../sound-files/format.ts';
import { type OpenedSound, openSound } from '../sound-files/reading.ts';

export const STANDARD_INPUT = '-';

/** The files that are named; standard input where none is, unless that is somebody's keyboard. */
export function namedSources(context: CommandContext, files: readonly string[]): readonly string[] {
  if (files.length > 0) return files;
  if (!context.isTerminal.stdin) return [STANDARD_INPUT];
  throw usageError('No file was named: name one, or send a sound to standard input.');
}

/** Closed when the command is stopped, so that nobody waits for a silent pipe. */
export async function openSource(
  context: CommandContext,
  source: string,
  rawFormat: SoundFormat | undefined,
): Promise<OpenedSound> {
  const sound = await openSound(source === STANDARD_INPUT ? context.stdin : source, {
    ...(rawFormat && { rawFormat }),
    name: 'standard input',
  });
  const close = (): void => void sound.close();
  if (context.signal.aborted) close();
  else context.signal.addEventListener('abort', close, { once: true });
  return sound;
}

/** The chunks of a sound; a stop is an error, and what is odd about the sound is said at its end. */
export async function* chunksOf(
  context: CommandContext,
  sound: OpenedSound,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of sound.samples) {
    context.signal.throwIfAborted();
    yield chunk;
  }
  context.signal.throwIfAborted();
  for (const { message } of sound.warnings) context.note(message);
}

/** How long it should last, where that is known. */
export function secondsOf({ format, declaredByteCount }: OpenedSound): number | undefined {
  return declaredByteCount === undefined ? undefined : durationSeconds(format, declaredByteCount);
}

/** Telephone quality: better kept on a device of that kind. */
export function isSpeech({ rateHz, channelCount, encoding }: SoundFormat): boolean {
  return channelCount === 1 && rateHz <= 8_000 && encodings[encoding].bytesPerUnit > 0;
}
