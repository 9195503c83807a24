// What pages of other people import: the elements register themselves, and the engines are there to be used
// without them.

export type * from './face.ts';
export { sound } from './index.ts';
