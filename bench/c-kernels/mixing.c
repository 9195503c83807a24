/* shared/audio/mix.ts, gain.ts and meter.ts as anyone would write them in C. The work is in functions of their
 * own that know neither their arrays nor their counts. */
#include "kernels.h"

#define APART __attribute__((noinline))

static int32_t sums[SET_COUNT][2 * BLOCK_SAMPLES];
static int16_t samples[SET_COUNT][BLOCK_SAMPLES];
static int16_t output[SET_COUNT][BLOCK_SAMPLES];
static volatile int block_samples = BLOCK_SAMPLES;
/* -6 dB, and the change of a gain that leaves samples as loud as they are, block after block. */
static volatile double half = 0.501187, same = 1.0000001;
static volatile double power;
static volatile int peak;

void prepare_mixing(void) {
  for (int set = 0; set < SET_COUNT; set++) fill_signal(samples[set], set);
}

static inline int clip16(int value) {
  return value < -32768 ? -32768 : value > 32767 ? 32767 : value;
}

static inline int gained(int sample, double factor) {
  double value = sample * factor;
  return (int)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
}

/* Sums may wrap, as they do in JavaScript. */
static inline int32_t added(int32_t sum, int value) {
  return (int32_t)((uint32_t)sum + (uint32_t)value);
}

APART static void mix(int32_t *to, const int16_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = added(to[i], from[i]);
}

APART static void mix_strided(int32_t *to, const int16_t *from, int count, int stride) {
  for (int i = 0; i < count; i++, to += stride) *to = added(*to, from[i]);
}

APART static void mix_gained(int32_t *to, const int16_t *from, int count, double factor) {
  for (int i = 0; i < count; i++) to[i] = added(to[i], gained(from[i], factor));
}

APART static void replace(int32_t *to, const int16_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i];
}

APART static void clip(int16_t *to, const int32_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = clip16(from[i]);
}

APART static void gain(int16_t *in_place, int count, double factor) {
  for (int i = 0; i < count; i++) in_place[i] = gained(in_place[i], factor);
}

APART static void meter(const int16_t *from, int count) {
  int largest = 0;
  double sum = 0;
  for (int i = 0; i < count; i++) {
    int magnitude = from[i] < 0 ? -from[i] : from[i];
    if (magnitude > largest) largest = magnitude;
    sum += from[i] * from[i];
  }
  peak = largest;
  power = sum;
}

static void run_mix(int set) { mix(sums[set], samples[set], block_samples); }
static void run_mix_strided(int set) { mix_strided(sums[set], samples[set], block_samples, 2); }
static void run_mix_gained(int set) { mix_gained(sums[set], samples[set], block_samples, half); }
static void run_replace(int set) { replace(sums[set], samples[set], block_samples); }
static void run_clip(int set) { clip(output[set], sums[set], block_samples); }
static void run_gain(int set) { gain(samples[set], block_samples, same); }
static void run_meter(int set) { meter(samples[set], block_samples); }

const kernel mixing_kernels[] = {
  {"mix", run_mix},
  {"mix-strided", run_mix_strided},
  {"mix-gained", run_mix_gained},
  {"replace", run_replace},
  {"clip", run_clip},
  {"gain", run_gain},
  {"meter", run_meter},
  {0, 0},
};
