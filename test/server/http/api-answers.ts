// A gateway's answers, with every field that they can have.
import type { ApiSources } from '#server/http/api';
import type { MetricSources } from '#server/http/metrics';

type Answers = { readonly [Name in keyof ApiSources]: ReturnType<ApiSources[Name]> };

const hifi = {
  index: 0,
  name: 'hifi',
  rateHz: 48_000,
  channelCount: 2,
  encoding: 'LIN16',
} as const;
const whose = { page: 3, pageName: 'kitchen', peer: '127.0.0.1:4000', device: 'hifi' };

export const apiAnswers: Answers = {
  status: {
    version: '1.2.3',
    uptimeSeconds: 7,
    serverNumber: 2,
    doors: [
      { kind: 'tcp', address: '127.0.0.1:1413' },
      { kind: 'unix', address: '/somewhere/AF2' },
    ],
    devices: [hifi],
  },
  devices: [
    {
      ...hifi,
      hasPhoneLine: false,
      settings: {
        inputGain: { gainDb: -3, minDb: -10, maxDb: 10 },
        outputGain: { gainDb: 0, minDb: -70, maxDb: 18 },
        inputs: { bitCount: 2, mask: 1 },
        outputs: { bitCount: 1, mask: 1 },
        passThrough: { bitCount: 1, mask: 0 },
        isGainControlOn: true,
      },
      listenerCount: 2,
      speakerCount: 1,
    },
  ],
  clients: [
    {
      index: 1,
      peer: 'this machine',
      contextCount: 2,
      playingOn: ['hifi'],
      requestCount: 10,
      errorCount: 1,
      playedByteCount: 1_000,
      recordedByteCount: 2_000,
      latePlayCount: 3,
    },
  ],
  listeners: [
    { ...whose, frameMs: 20, sentFrameCount: 50, droppedFrameCount: 2 },
    {
      ...whose,
      frameMs: 10,
      sentFrameCount: 50,
      droppedFrameCount: 2,
      report: {
        bufferedMs: 60.5,
        latencyMs: 80.25,
        underrunCount: 1,
        droppedFrameCount: 2,
        driftPpm: -12.5,
      },
    },
  ],
  speakers: [
    {
      ...whose,
      rateHz: 44_100,
      channelCount: 1,
      isMuted: true,
      headroomMs: 55.5,
      targetMs: 60,
      correctionPpm: -200,
      lateFrameCount: 1,
      lostFrameCount: 2,
      gapCount: 3,
    },
  ],
  telephones: [
    {
      device: 'phone',
      isOffHook: true,
      hasLoopCurrent: true,
      state: 'up',
      lastNumberDialed: '12',
      telephones: [{ number: '12', page: 3, pageName: 'kitchen' }],
      call: { direction: 'out', page: 3, pageName: 'kitchen', seconds: 20 },
    },
    {
      device: 'second',
      isOffHook: false,
      hasLoopCurrent: false,
      state: 'onHook',
      lastNumberDialed: '',
      telephones: [],
    },
  ],
};

export function apiOf(answers: Answers): ApiSources {
  return {
    status: () => answers.status,
    devices: () => answers.devices,
    clients: () => answers.clients,
    listeners: () => answers.listeners,
    speakers: () => answers.speakers,
    telephones: () => answers.telephones,
  };
}

export const noMetrics: MetricSources = {
  clients: () => 0,
  playingStreams: () => 0,
  pages: () => 0,
  listeners: () => 0,
  speakers: () => 0,
  playedBytes: () => 0,
  recordedBytes: () => 0,
  latePlays: () => 0,
  sentFrames: () => 0,
  sentBytes: () => 0,
  droppedFrames: () => 0,
  heardFrames: () => 0,
  heardBytes: () => 0,
  lateHeardFrames: () => 0,
  calls: () => [],
};
