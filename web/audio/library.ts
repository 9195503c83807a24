// What pages of other people import: the elements register themselves, and the engines are there to be used
// without them.
import { defineElements } from './elements.ts';

export { AudioFileListen, AudioFileSpeak } from './elements.ts';
export * from './index.ts';

defineElements();
