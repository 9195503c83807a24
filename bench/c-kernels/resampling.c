/* shared/audio/resampler.ts: a polyphase filter whose coefficients are interpolated between phases. What the
 * coefficients are does not change how long it takes, so that they are any here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

#define APART __attribute__((noinline))

typedef struct {
  int channels, taps, phases;
  double step, place;
  double *values, *slopes, *history;
  float *input, *output;
} resampler;

static resampler make(int channels, double ratio, int taps, int phases) {
  resampler made = {.channels = channels, .taps = taps, .phases = phases, .step = 1 / ratio};
  int frames = BLOCK_SAMPLES / channels;
  made.values = malloc(sizeof(double) * taps * phases);
  made.slopes = malloc(sizeof(double) * taps * phases);
  made.history = calloc(channels * (frames + 2 * taps), sizeof(double));
  made.input = malloc(sizeof(float) * BLOCK_SAMPLES);
  made.output = malloc(sizeof(float) * channels * ((int)(frames * ratio) + 2));
  for (int i = 0; i < taps * phases; i++) {
    made.values[i] = sin(i) / taps;
    made.slopes[i] = cos(i) / taps / phases;
  }
  int16_t samples[BLOCK_SAMPLES];
  fill_signal(samples, 0);
  for (int i = 0; i < BLOCK_SAMPLES; i++) made.input[i] = samples[i] / 32768.0f;
  return made;
}

static inline void stereo(const double *values, const double *slopes, double blend, int taps,
                          const double *at, float *to) {
  double left = 0, right = 0;
  for (int tap = 0; tap < taps; tap++) {
    double coefficient = values[tap] + blend * slopes[tap];
    left += coefficient * at[2 * tap];
    right += coefficient * at[2 * tap + 1];
  }
  to[0] = left;
  to[1] = right;
}

static inline void mono(const double *values, const double *slopes, double blend, int taps,
                        const double *at, float *to) {
  double even = 0, odd = 0;
  for (int tap = 0; tap < taps; tap += 2) {
    even += (values[tap] + blend * slopes[tap]) * at[tap];
    odd += (values[tap + 1] + blend * slopes[tap + 1]) * at[tap + 1];
  }
  to[0] = even + odd;
}

/* The history begins with the taps that the block before left. */
APART static void resample(resampler *with, int frames) {
  int channels = with->channels, taps = with->taps;
  double *new_history = with->history + channels * taps;
  for (int i = 0; i < channels * frames; i++) new_history[i] = with->input[i];
  double place = with->place;
  float *to = with->output;
  for (; place < frames; place += with->step, to += channels) {
    int frame = (int)place;
    double phase_place = (place - frame) * with->phases;
    int phase = (int)phase_place;
    const double *values = with->values + phase * taps, *slopes = with->slopes + phase * taps;
    const double *at = with->history + channels * frame;
    if (channels == 2) stereo(values, slopes, phase_place - phase, taps, at, to);
    else mono(values, slopes, phase_place - phase, taps, at, to);
  }
  with->place = place - frames;
  memmove(with->history, with->history + channels * frames, sizeof(double) * channels * taps);
}

static resampler drift[SET_COUNT], disc[SET_COUNT], up[SET_COUNT], down[SET_COUNT];
static volatile int block_samples = BLOCK_SAMPLES;

void prepare_resampling(void) {
  for (int set = 0; set < SET_COUNT; set++) {
    drift[set] = make(2, 1.0005, 16, 256);
    disc[set] = make(2, 48000 / 44100.0, 16, 256);
    up[set] = make(1, 6, 16, 256);
    down[set] = make(1, 1 / 6.0, 384, 43);
  }
}

static void run_drift(int set) { resample(&drift[set], block_samples / 2); }
static void run_disc(int set) { resample(&disc[set], block_samples / 2); }
static void run_up(int set) { resample(&up[set], block_samples); }
static void run_down(int set) { resample(&down[set], block_samples); }

const kernel resampling_kernels[] = {
  {"resample drift", run_drift},
  {"resample disc", run_disc},
  {"resample up", run_up},
  {"resample down", run_down},
  {0, 0},
};
