// What a reader of the audio benchmark must know: how it measures, and what was tried on the way.

/** The figures of what was tried are of the machine that the goals were first met on: an AMD EPYC, Node 20. */
const tried = [
  '**Mixing.** A plain loop does 560 M samples a second. Written out it does 1.13 G by 8, 1.24 G by 16 and 1.31 G by 32 samples: V8 checks the bounds of each access and an overflow of each index. Places masked to 30 bits have no overflow to check, which gives 1.41 G by 16 and 1.50 G by 32; that is kept. Written as four calls of a function for eight samples it falls back to 1.06 G, because V8 inlines only three of them. Two samples from one read of 32 bits give 1.66 G, but need samples at even addresses and a second view of them. Reading several sums before writing any gives 1.07 G. (gcc 12 makes no vector instructions of the same loop at -O2, and does 3.5 G.)',
  '**WebAssembly SIMD.** Its rows stand beside those of the kernel that is kept. In its own memory it is several times as fast, and still ahead where all has to be copied in and out. It is not kept: sums and decoded samples would all have to live in its memory, or every block would make objects for its copies, where mixing 48 kHz stereo costs a hundredth of a percent of a core as it is.',
  '**Gain.** Products made whole before they are clipped (`| 0`, with the factor limited so that they fit 32 bits) and four at a time: 600 M instead of 310 M samples a second. Bounds as literals are 2.5 times as fast as imported constants.',
  '**G.711.** Decoding by one loop for both laws does 1.15 G, and 1.3 G written out by 16. A loop for each law, around a table that V8 sees to be the only one (a constant of the module that is not exported), has its place and length as constants in the code and does 1.45 to 1.65 G; that is kept. Both laws as closures of one function do not get there, because V8 compiles them as one.',
  '**LIN16 and LIN32.** In the byte order of the machine samples are copied through views of their memory, which does 18 G of LIN16 a second; arrays and lengths that come again and again keep their views, because one for each block would be an object. For the other order, going byte by byte did 320 M (LIN16) and 80 to 130 M (LIN32); loops over whole samples, four at a time for LIN16, do more and make no object. A DataView does 0.9 to 1.2 G, but is an object for each input.',
  '**Objects.** V8 makes an object of each fraction or negative zero that is kept in a variable of a closure or a field, or goes through a call that is not inlined. The level meter, the resampler, the tones, G.721 and G.723 did; they keep such numbers in typed arrays or as whole numbers now, and a test holds that no block allocates.',
  '**GSM.** The search for the pitch is most of the encoder; three lags at a time share what they read.',
];

export function notes(blockSamples: number, compiler: string | undefined): string[] {
  const beside =
    compiler === undefined
      ? 'No C compiler was found, so that nothing stands beside it.'
      : `Times C is how many times as long it takes as the same work in C (bench/c-kernels, by ${compiler}), in rounds that take turns; the median, with the least and the most in brackets.`;
  return [
    `Blocks of ${blockSamples} samples of one channel, unless the work says otherwise; encodings are decoded to 16 bits and encoded from them, as for a device. Every kernel has run for all its callers, with several buffers, before any is measured. ${beside} Spreads are wide where the machine had other work. Of a core, live, is the share of one core that a stream takes as it plays.`,
    'What was tried, with figures of one machine (an AMD EPYC, Node 20):',
    tried.map((each) => `- ${each}`).join('\n'),
  ];
}
