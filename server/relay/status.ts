// Who listens and who speaks, as /api shows it.
import type { ListenerStatus, SpeakerStatus } from '#shared/relay/status';
import type { Page } from './page.ts';

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
      isMuted: speaker.isMuted,
      headroomMs: speaker.headroomMs,
      targetMs: speaker.targetMs,
      correctionPpm: speaker.correctionPpm,
      lateFrameCount: speaker.lateFrameCount,
      lostFrameCount: speaker.lostFrameCount,
      gapCount: Math.max(0, speaker.gapCount),
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
