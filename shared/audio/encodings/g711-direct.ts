// Direct conversion between mu-law and A-law, without a linear value in between: G.711, tables 3 and 4.
//
// The recommendation pairs decision values so that a way through both laws loses little; expanding by
// one law and compressing by the other gives other codes. The tables below number the magnitudes of
// each law from 0 (the quietest) to 127; the sign is kept.

// biome-ignore format: eight rows of sixteen, as the segments run
const aLawMagnitudeOfMuLaw = [
  0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7,
  8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
  24, 26, 28, 30, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
  45, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61,
  63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78,
  80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95,
  96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,
];

// biome-ignore format: eight rows of sixteen, as the segments run
const muLawMagnitudeOfALaw = [
  1, 3, 5, 7, 9, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23,
  24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 35,
  36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 48, 49, 49,
  50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 64,
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 79,
  80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95,
  96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
  112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127,
];

/** The A-law code of each mu-law code. */
export const muLawToALaw: Uint8Array = Uint8Array.from({ length: 256 }, (_, muLawCode) => {
  // A mu-law code is a sign bit and the magnitude, all inverted; an A-law one has every other bit inverted.
  const magnitude = aLawMagnitudeOfMuLaw[~muLawCode & 0x7f] as number;
  return ((muLawCode & 0x80) | magnitude) ^ 0x55;
});

/** The mu-law code of each A-law code. */
export const aLawToMuLaw: Uint8Array = Uint8Array.from({ length: 256 }, (_, aLawCode) => {
  const magnitude = muLawMagnitudeOfALaw[(aLawCode ^ 0x55) & 0x7f] as number;
  return (aLawCode & 0x80) | (~magnitude & 0x7f);
});
