// A page's microphone in real time, without a browser.
import { deviceTime } from '#shared/audio/time';
import { encodeFrame, type FrameHeader } from '#shared/relay/frame';
import { bytesOf16 } from '#test/support/sounds';
import type { TestPage } from '#test/support/web-socket-client';

/** A piece of mono sound, of the length that is asked for; undefined when there is no more of it. */
type Spoken = (startFrame: number, frameCount: number) => Int16Array | undefined;

const LOOK_EVERY_MS = 5;

/** Arrives as a real one does: late by a buffer, and faster or slower as this process has its turns. Gives its end. */
export function openMicrophone(
  page: TestPage,
  { device, rateHz }: { readonly device: number; readonly rateHz: number },
  spoken: Spoken,
): () => void {
  page.send({ type: 'speak', device, rateHz, channelCount: 1 });
  const frameCount = rateHz / 100;
  const startMs = performance.now();
  let sequence = 0;

  function sendWhatIsDue(): void {
    const dueFrames = ((performance.now() - startMs) / 1_000) * rateHz;
    for (; (sequence + 1) * frameCount <= dueFrames; sequence += 1) {
      const startFrame = sequence * frameCount;
      const samples = spoken(startFrame, frameCount);
      if (samples === undefined) {
        close();
        return;
      }
      const header: FrameHeader = {
        kind: 'heard',
        flags: 0,
        device,
        encoding: 'LIN16',
        channelCount: 1,
        frameCount,
        sequence,
        startTime: deviceTime(startFrame),
        senderMicroseconds: 0,
      };
      page.webSocket.send(encodeFrame(header, Uint8Array.from(bytesOf16(samples))));
    }
  }

  const timer = setInterval(sendWhatIsDue, LOOK_EVERY_MS);
  const close = () => clearInterval(timer);
  return close;
}
