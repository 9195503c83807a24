// The numbers of GSM 06.10: how a frame is divided, and the tables of its section 5.4.

export const samplesPerFrame = 160;
export const subframesPerFrame = 4;
export const samplesPerSubframe = 40;
export const bytesPerFrame = 33;
/** Each of the four grids of a subframe keeps every third sample. */
export const pulsesPerSubframe = 13;
export const reflectionCount = 8;

/** The lag of the long-term predictor, in samples. */
export const shortestLag = 40;
export const longestLag = 120;

/** How each logarithmic area ratio is quantised: scaled, shifted, and cut to its range. */
export const ratioScale = Int16Array.of(20480, 20480, 20480, 20480, 13964, 15360, 8534, 9036);
export const ratioOffset = Int16Array.of(0, 0, 2048, -2560, 94, -1792, -341, -1144);
export const ratioMinimum = Int16Array.of(-32, -32, -16, -16, -8, -8, -4, -4);
export const ratioMaximum = Int16Array.of(31, 31, 15, 15, 7, 7, 3, 3);
/** 1 / ratioScale. */
export const ratioInverse = Int16Array.of(13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708);

/** Where the long-term gain's codes change, and what they stand for. */
export const gainLimits = Int16Array.of(6554, 16384, 26214);
export const gainLevels = Int16Array.of(3277, 11469, 21299, 32767);

/** The weighting filter, which is symmetric; 8192 is 1. */
export const weightingFilter = Int16Array.of(
  ...[-134, -374, 0, 2054, 5741, 8192, 5741, 2054, 0, -374, -134],
);

/** Mantissas of the pulses' block maximum, and their inverses. */
export const mantissaLevels = Int16Array.of(
  ...[18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767],
);
export const mantissaInverses = Int16Array.of(
  ...[29128, 26215, 23832, 21846, 20165, 18725, 17476, 16384],
);
