import type { Subject } from './audio-subject.ts';
export function wasmSubjects(): Subject[] {
  return [];
}
