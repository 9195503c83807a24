// The tables of Recommendation G.722: quantisers, scale factors and the filter that splits the band.

/** Where each magnitude of the lower band's 6-bit quantiser ends, in 1/4096 of the scale factor. */
export const lowDecisionLevels = Int16Array.of(
  ...[35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714],
  ...[786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
);

/** The value of each 4-bit code of the lower band, in 1/32768 of the scale factor: what adapts. */
export const lowLevels4 = Int16Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
);

/** The value of each 6-bit code of the lower band: what is heard. Codes 0 to 3 are never sent. */
export const lowLevels6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704],
  ...[-14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856],
  ...[-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576],
  ...[-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728],
  ...[24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192],
  ...[10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456],
  ...[4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032],
  ...[1688, 1360, 1040, 728, 432, 136, -432, -136],
);

/** How each 4-bit code of the lower band moves its logarithmic scale factor. */
export const lowScaleSteps = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30],
  ...[3042, 1198, 538, 334, 172, 58, -30, -60],
);

/** The value of each 2-bit code of the upper band, in 1/32768 of the scale factor. */
export const highLevels = Int16Array.of(-7408, -1616, 7408, 1616);

/** Where the upper band's small magnitudes end, in 1/4096 of the scale factor. */
export const highDecisionLevel = 564;

/** How each 2-bit code of the upper band moves its logarithmic scale factor. */
export const highScaleSteps = Int16Array.of(798, -214, 798, -214);

/** 2048 times the powers of 2 from 0 to 31 thirty-seconds, as the recommendation rounds them. */
export const octave = Int16Array.of(
  ...[
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
  ],
  ...[
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
  ],
);

/** Every other tap of the 24 of the quadrature mirror filter; the rest are these, reversed. */
export const mirrorFilter = Int16Array.of(
  ...[3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11],
);
