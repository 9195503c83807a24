// The five devices of the server with which the golden exchanges were recorded.
import type { InputKind, InterfaceDescription } from '#server/devices/index';

/**
 * As they were; or, for the sessions that say `recordInput: "loop"`, with every input wired to the
 * device's own output.
 */
export function lofiDevices(recordInput: 'silence' | 'loop'): readonly InterfaceDescription[] {
  const first: InputKind = recordInput === 'loop' ? 'monitor' : 'microphones';
  const second: InputKind = recordInput === 'loop' ? 'microphones' : 'monitor';
  const codec = {
    rateHz: 8000,
    encoding: 'MU255',
    channelCount: 1,
    bufferSeconds: 4,
    blockMs: 20,
    outputs: ['browsers', 'unused'],
    inputGain: { minDb: 0, maxDb: 24 },
    outputGain: { minDb: -70, maxDb: 18 },
    views: [],
  } as const;
  return [
    { ...codec, name: 'phone', inputs: [first], hasPhoneLine: true },
    {
      ...codec,
      name: 'codec',
      inputs: [first, second],
      hasPhoneLine: false,
      passThroughWith: 'phone',
    },
    {
      ...codec,
      name: 'hifi',
      rateHz: 44_100,
      encoding: 'LIN16',
      channelCount: 2,
      inputs: [first],
      outputs: ['browsers'],
      inputGain: { minDb: 0, maxDb: 0 },
      outputGain: { minDb: 0, maxDb: 0 },
      hasPhoneLine: false,
      views: [
        { name: 'left', channel: 0 },
        { name: 'right', channel: 1 },
      ],
    },
  ];
}
