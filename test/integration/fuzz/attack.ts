// One connection of nonsense: what it sends follows from its seed alone, and can be sent again.
import type { Socket } from 'node:net';
import type { Random } from '#test/support/random';
import { sleepMs } from '../support/waiting.ts';

/** Where the gateway is. */
export interface Target {
  readonly serverNumber: number;
  readonly httpPort: number;
}

/** One kind of attack. Resolves when its connection was let go of. */
export interface Attack {
  readonly name: string;
  /** Opens a connection and sends what the seed says; tells of all bytes that it sends. */
  run(target: Target, random: Random, sent: (bytes: Uint8Array) => void): Promise<void>;
}

const MOST_CUTS = 5;

/** Sends in pieces, and ends in one of the ways in which connections end. */
export async function sendAndLeave(
  socket: Socket,
  bytes: Uint8Array,
  random: Random,
): Promise<void> {
  if (random(8) === 0) socket.pause();
  else socket.resume();
  const cuts = Array.from({ length: random(MOST_CUTS + 1) }, () => random(bytes.length + 1));
  let sentByteCount = 0;
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    socket.write(bytes.subarray(sentByteCount, cut));
    sentByteCount = cut;
    await sleepMs(random(3));
  }
  socket.write(bytes.subarray(sentByteCount));
  await sleepMs(random(10));
  leave(socket, random(3));
}

const LINGER_MS = 500;

function leave(socket: Socket, way: number): void {
  if (way === 0) socket.destroy();
  else if (way === 1 && socket.remoteAddress !== undefined) socket.resetAndDestroy();
  else {
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS);
  }
}

const ANSWER_LIMIT_MS = 100;

/** The first bytes of an answer; undefined where there was none in time. */
export function firstAnswer(socket: Socket): Promise<Buffer | undefined> {
  return Promise.race([
    new Promise<Buffer | undefined>((resolve) => {
      socket.once('data', resolve);
      socket.once('end', () => resolve(undefined));
      socket.once('close', () => resolve(undefined));
    }),
    sleepMs(ANSWER_LIMIT_MS).then(() => undefined),
  ]);
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)] as T;
}

export function randomBytes(byteCount: number, random: Random): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteCount }, () => random(256));
}
