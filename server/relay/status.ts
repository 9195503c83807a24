// Who listens and who speaks, as /api shows it.
import type { Page } from './page.ts';

export interface ListenerStatus {
  readonly page: number;
  readonly pageName: string;
  readonly peer: string;
  readonly device: string;
  readonly frameMs: number;
  readonly sentFrameCount: number;
  /** Lost because the page was behind with reading. */
  readonly droppedFrameCount: number;
  /** What the page itself said last; absent until then. */
  readonly report?: {
    readonly bufferedMs: number;
    readonly latencyMs: number;
    readonly underrunCount: number;
    readonly droppedFrameCount: number;
    readonly driftPpm: number;
  };
}

export interface SpeakerStatus {
  readonly page: number;
  readonly pageName: string;
  readonly peer: string;
  readonly device: string;
  readonly rateHz: number;
  readonly channelCount: number;
  /** How far ahead of the device's time the last message was written. */
  readonly headroomMs: number;
  readonly targetMs: number;
  /** By how much the rate is changed to hold that. */
  readonly correctionPpm: number;
  /** Messages that came too late to be heard whole, and gaps. */
  readonly lateFrameCount: number;
  readonly lostFrameCount: number;
}

export function listenerStatuses(pages: Iterable<Page>): ListenerStatus[] {
  return [...pages].flatMap((page) =>
    Array.from(page.ears.values(), ({ device, listening, report }) => ({
      ...whose(page),
      device: device.name,
      frameMs: listening.frameMs,
      sentFrameCount: listening.sentFrameCount,
      droppedFrameCount: listening.droppedFrameCount,
      ...(report && { report: reported(report) }),
    })),
  );
}

export function speakerStatuses(pages: Iterable<Page>): SpeakerStatus[] {
  return [...pages].flatMap((page) =>
    Array.from(page.speakers.values(), (speaker) => ({
      ...whose(page),
      device: speaker.options.device.name,
      rateHz: speaker.options.rateHz,
      channelCount: speaker.options.channelCount,
      headroomMs: speaker.headroomMs,
      targetMs: speaker.targetMs,
      correctionPpm: speaker.correctionPpm,
      lateFrameCount: speaker.lateFrameCount,
      lostFrameCount: speaker.lostFrameCount,
    })),
  );
}

function whose(page: Page) {
  return { page: page.number, pageName: page.name, peer: page.socket.peer };
}

function reported(report: NonNullable<ListenerStatus['report']>) {
  const { bufferedMs, latencyMs, underrunCount, droppedFrameCount, driftPpm } = report;
  return { bufferedMs, latencyMs, underrunCount, droppedFrameCount, driftPpm };
}
