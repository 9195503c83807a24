/* IMA ADPCM as a bare stream, with the tables of shared/audio/encodings/ima.ts. */
#include "kernels.h"

#define APART __attribute__((noinline))

static const int step_sizes[89] = {
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80,
  88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598,
  658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327,
  3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289,
  16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};
static const int index_moves[8] = {-1, -1, -1, -1, 2, 4, 6, 8};
static int differences[89 * 16];
static uint8_t next_indices[89 * 16];

typedef struct {
  int predictor, index;
} state;

static state decoders[SET_COUNT], encoders[SET_COUNT];
static int16_t linear[SET_COUNT][BLOCK_SAMPLES], decoded[SET_COUNT][BLOCK_SAMPLES];
static uint8_t codes[SET_COUNT][BLOCK_SAMPLES / 2];
static volatile int block_samples = BLOCK_SAMPLES;

static inline int clip(int value) {
  return value < -32767 ? -32767 : value > 32767 ? 32767 : value;
}

static inline int step(state *at, int code) {
  int place = at->index << 4 | code;
  at->index = next_indices[place];
  return at->predictor = clip(at->predictor + differences[place]);
}

static inline int quantize(const state *at, int sample) {
  int rest = sample - at->predictor, size = step_sizes[at->index], code = 0;
  if (rest < 0) code = 8, rest = -rest;
  if (rest >= size) code |= 4, rest -= size;
  if (rest >= size >> 1) code |= 2, rest -= size >> 1;
  if (rest >= size >> 2) code |= 1;
  return code;
}

APART static void decode(state *kept, int16_t *to, const uint8_t *from, int count) {
  state at = *kept;
  for (int i = 0; i < count; i += 2) {
    to[i] = step(&at, from[i >> 1] >> 4);
    to[i + 1] = step(&at, from[i >> 1] & 15);
  }
  *kept = at;
}

APART static void encode(state *kept, uint8_t *to, const int16_t *from, int count) {
  state at = *kept;
  for (int i = 0; i < count; i += 2) {
    int first = quantize(&at, from[i]);
    step(&at, first);
    int second = quantize(&at, from[i + 1]);
    step(&at, second);
    to[i >> 1] = first << 4 | second;
  }
  *kept = at;
}

static void run_decode(int set) { decode(&decoders[set], decoded[set], codes[set], block_samples); }
static void run_encode(int set) { encode(&encoders[set], codes[set], linear[set], block_samples); }

void prepare_ima(void) {
  for (int place = 0; place < 89 * 16; place++) {
    int size = step_sizes[place >> 4], index = (place >> 4) + index_moves[place & 7];
    int magnitude = (size >> 3) + (place & 4 ? size : 0) + (place & 2 ? size >> 1 : 0) +
                    (place & 1 ? size >> 2 : 0);
    differences[place] = place & 8 ? -magnitude : magnitude;
    next_indices[place] = index < 0 ? 0 : index > 88 ? 88 : index;
  }
  for (int set = 0; set < SET_COUNT; set++) {
    fill_signal(linear[set], set);
    run_encode(set);
  }
}

const kernel ima_kernels[] = {
  {"IMA decode", run_decode},
  {"IMA encode", run_encode},
  {0, 0},
};
