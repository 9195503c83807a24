// The folder in which answering machines leave messages: what is in it, and taking one out. What has no
// name of a message, or is no plain file, is not there.
import { lstat, readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import {
  factsOfId,
  idOfFileName,
  MESSAGE_SUFFIX,
  type VoiceMessage,
} from '#shared/relay/voice-message';

/** More than anybody hears; older ones stay on disk. */
export const MAX_LISTED_MESSAGES = 500;

export interface MessageFolder {
  readonly path: string;
  /** The newest first, up to MAX_LISTED_MESSAGES. */
  list(): Promise<VoiceMessage[]>;
  /** Undefined where there is none of that id, which may be any text. */
  find(id: string): Promise<VoiceMessage | undefined>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
}

/** Need not exist yet. */
export function messageFolder(folder: string): MessageFolder {
  const fileOf = (id: string) => path.join(folder, id + MESSAGE_SUFFIX);

  async function find(id: string): Promise<VoiceMessage | undefined> {
    const facts = factsOfId(id);
    if (facts === undefined) return undefined;
    const stat = await unlessMissing(lstat(fileOf(id)));
    return stat?.isFile() ? { id, ...facts, byteCount: stat.size } : undefined;
  }

  return {
    path: folder,
    find,
    async list() {
      const names = (await unlessMissing(readdir(folder))) ?? [];
      const ids = names.map(idOfFileName).filter((id) => id !== undefined);
      const newest = ids.sort().reverse().slice(0, MAX_LISTED_MESSAGES);
      const found = await Promise.all(newest.map(find));
      return found.filter((message) => message !== undefined);
    },
    async remove(id) {
      if ((await find(id)) === undefined) return false;
      return (await unlessMissing(unlink(fileOf(id)).then(() => true))) ?? false;
    },
  };
}

/** Somebody else may take a message out at any time. */
async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
