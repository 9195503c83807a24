// The file of a message: under a name of its own until it is complete, and made whole at the next start where
// its machine died before.
import { readFileSync } from 'node:fs';
import { access, constants, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#server/transport/error-code';
import { factsOfId, MESSAGE_SUFFIX, messageId, timeInNames } from '#shared/relay/voice-message';
import { linearBytes, linearFormat } from '../sound/linear-sound.ts';
import { secondsOf } from '../sound/source.ts';
import {
  fromSystemError,
  SoundFileError,
  type SoundFileErrorCode,
  shownName,
} from '../sound-files/errors.ts';
import { durationSeconds } from '../sound-files/format.ts';
import { openSound } from '../sound-files/reading.ts';
import { repairHeader } from '../sound-files/repair.ts';
import { createSoundWriter } from '../sound-files/writing.ts';

export interface SavedMessage {
  readonly id: string;
  readonly file: string;
  /** ISO 8601, in UTC. */
  readonly receivedAt: string;
  readonly durationSeconds: number;
}

export interface MessageFile {
  /** When the call was answered: ISO 8601, in UTC. */
  readonly receivedAt: string;
  write(samples: Int16Array): Promise<void>;
  /** Gives the file its name. Undefined where nothing was written: then there is no file. */
  finish(): Promise<SavedMessage | undefined>;
}

/** `2026-11-20T13-45-10.250Z.1234.part`: when the call was answered, and the process that writes it. */
const PART_NAME = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)\.(\d{1,10})\.part$/;
/** Numbers of processes come again: a file that nobody wrote to for so long has no writer. */
const ABANDONED_MS = 5 * 60_000;
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const WITHOUT_SOUND: readonly SoundFileErrorCode[] = ['empty', 'truncated-header'];

/** Makes the folder where it is missing, for this user only. Throws a SoundFileError where it cannot be used. */
export async function makeMessageFolder(folder: string): Promise<void> {
  const made = mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  await guarded(
    folder,
    'writing',
    made.then(() => access(folder, constants.W_OK)),
  );
}

/** Throws SoundFileErrors. */
export async function beginMessage(
  folder: string,
  receivedMs: number,
  rateHz: number,
): Promise<MessageFile> {
  const format = linearFormat(rateHz);
  await makeMessageFolder(folder);
  const { receivedAt, part } = await reservePart(folder, receivedMs);
  const writer = await createSoundWriter(part, 'wav', format);
  return {
    receivedAt,
    write: (samples) => writer.write(linearBytes(samples)),
    async finish() {
      await writer.close();
      return nameMessage(folder, part, receivedAt, durationSeconds(format, writer.byteCount));
    },
  };
}

export interface Repair {
  /** How many calls machines died in. */
  callCount: number;
  readonly saved: SavedMessage[];
  /** A sentence for each file that cannot be made whole; it stays as it is. */
  readonly failures: string[];
}

/** Makes whole what machines that died left in the folder. */
export async function repairMessages(folder: string, nowMs: number): Promise<Repair> {
  const repair: Repair = { callCount: 0, saved: [], failures: [] };
  for (const name of (await guarded(folder, 'reading', readdir(folder))).sort()) {
    const [, time = '', writer] = PART_NAME.exec(name) ?? [];
    const facts = factsOfId(`${time}_0.0s`);
    const part = path.join(folder, name);
    if (facts === undefined || (await isBeingWritten(part, Number(writer), nowMs))) continue;
    repair.callCount += 1;
    try {
      const seconds = await repairedSeconds(part);
      const saved = await nameMessage(folder, part, facts.receivedAt, seconds);
      if (saved !== undefined) repair.saved.push(saved);
    } catch (error) {
      if (!(error instanceof SoundFileError)) throw error;
      repair.failures.push(error.message);
    }
  }
  return repair;
}

/** Two messages that begin in the same millisecond get two names. */
async function reservePart(folder: string, receivedMs: number) {
  for (let ms = Math.round(receivedMs); ; ms += 1) {
    const receivedAt = new Date(ms).toISOString();
    const part = path.join(folder, `${timeInNames(receivedAt)}.${process.pid}.part`);
    try {
      await (await open(part, 'wx', PRIVATE_FILE)).close();
      return { receivedAt, part };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw fromSystemError(error, shownName(part), 'writing');
    }
  }
}

async function nameMessage(
  folder: string,
  part: string,
  receivedAt: string,
  seconds: number,
): Promise<SavedMessage | undefined> {
  if (seconds === 0) {
    await guarded(part, 'writing', rm(part, { force: true }));
    return undefined;
  }
  const facts = { receivedAt, durationSeconds: Math.max(0.1, Math.round(seconds * 10) / 10) };
  const id = messageId(facts);
  const file = path.join(folder, id + MESSAGE_SUFFIX);
  await guarded(file, 'writing', rename(part, file));
  return { id, file, ...facts };
}

/** 0 where its machine died before the first sound. */
async function repairedSeconds(part: string): Promise<number> {
  try {
    await repairHeader(part);
    const sound = await openSound(part);
    await sound.close();
    return secondsOf(sound) ?? 0;
  } catch (error) {
    if (error instanceof SoundFileError && WITHOUT_SOUND.includes(error.code)) return 0;
    throw error;
  }
}

async function isBeingWritten(part: string, writer: number, nowMs: number): Promise<boolean> {
  // It may have got its name just now.
  const stat = await lstat(part).catch(() => undefined);
  if (!stat?.isFile()) return true;
  return writer !== process.pid && isRunning(writer) && nowMs - stat.mtimeMs < ABANDONED_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's.
    return errorCode(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/** Dead, but nobody has asked how it ended. Only Linux tells. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What the system complains of becomes a sentence about that file or folder. */
function guarded<Result>(
  file: string,
  doing: 'reading' | 'writing',
  work: Promise<Result>,
): Promise<Result> {
  return work.catch((error: unknown) => {
    throw fromSystemError(error, shownName(file), doing);
  });
}
