// Every number that an AudioFile program can choose, and what holds it.
import { connectionBounds } from './audiofile-connection.ts';
import { contextBounds } from './audiofile-context.ts';
import { deviceBounds } from './audiofile-device.ts';

export const audioFileBounds = { ...connectionBounds, ...contextBounds, ...deviceBounds } as const;

/** Fields of which every value is as good as another: booleans and bits. */
export const freeAudioFileFields: readonly string[] = [
  'PlaySamples.bigEndianSamples',
  'PlaySamples.noTimeReply',
  'RecordSamples.bigEndianSamples',
  'RecordSamples.block',
  // Of the past there is silence, and of the future nothing yet.
  'RecordSamples.startTime',
  'InternAtom.onlyIfExists',
];
