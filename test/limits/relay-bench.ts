// What the checks of the relay's bounds share: pages that say what they should not, and pages that speak.
import { expect } from 'vitest';
import { deviceTime } from '#shared/audio/time';
import { closeCodes } from '#shared/relay/close-codes';
import { encodeFrame, type FrameHeader, RELAY_VERSION } from '#shared/relay/frame';
import { type FakePage, type RelayBench, relayBench } from '#test/server/relay/relay-bench';

export const hello = { type: 'hello', version: RELAY_VERSION, pageName: 'x' } as const;

/** What a page says is taken as text, because its types would not let it. */
export function sayAnything(page: FakePage, message: object): void {
  page.receiver?.text(JSON.stringify(message));
}

export function expectMalformed(...messages: readonly object[]): void {
  for (const message of messages) {
    const { open } = relayBench();
    const [page, other] = [open(), open()];
    sayAnything(page, message);
    expect(page.closedWith?.code, JSON.stringify(message)).toBe(closeCodes.malformed);
    expect(page.take('refused')).toHaveLength(1);
    expect(other.closedWith).toBe(undefined);
  }
}

export function expectRefused(bench: RelayBench, ...messages: readonly object[]): void {
  const page = bench.open();
  for (const message of messages) {
    sayAnything(page, message);
    expect(page.take('refused')[0]?.code, JSON.stringify(message)).toBe('refused');
  }
  expect(page.closedWith).toBe(undefined);
}

export const RATE_HZ = 8_000;
export const FRAMES = 80;

/** A page that speaks on the codec, and frames of its microphone. */
export function speaking(bench = relayBench()) {
  const page = bench.open();
  const device = bench.numberOf('codec');
  page.say({ type: 'speak', device, rateHz: RATE_HZ, channelCount: 1 });
  const frame = (header: Partial<FrameHeader> = {}, byteCount = 2 * FRAMES) =>
    encodeFrame(
      {
        ...{ kind: 'heard', flags: 0, device, encoding: 'LIN16', channelCount: 1 },
        ...{ frameCount: FRAMES, sequence: 0, startTime: deviceTime(0), senderMicroseconds: 0 },
        ...header,
      } as FrameHeader,
      new Uint8Array(byteCount).fill(7),
    );
  return { ...bench, page, device, frame };
}

export function expectBadFrame(
  code: number,
  change: (frame: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
) {
  const { page, frame } = speaking();
  page.receiver?.binary(frame());
  expect(page.closedWith).toBe(undefined);
  page.receiver?.binary(change(frame()));
  expect(page.closedWith?.code).toBe(code);
}
