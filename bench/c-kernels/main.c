/* Reads names of kernels, one a line; after each it runs that kernel for a round, and prints what one block
 * took, in seconds. Prints 0 for a kernel that it has not got. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "kernels.h"

/* As long as a round of bench/audio.ts. */
static const double round_seconds = 0.001;

static const kernel *const families[] = {mixing_kernels, coding_kernels, ima_kernels,
                                         resampling_kernels, gsm_kernels};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static double seconds_of(const kernel *work, long blocks) {
  double start = now();
  for (long done = 0; done < blocks; done++) work->run(done % SET_COUNT);
  return now() - start;
}

static const kernel *find(const char *name) {
  for (unsigned family = 0; family < sizeof families / sizeof *families; family++) {
    for (const kernel *each = families[family]; each->name; each++) {
      if (strcmp(each->name, name) == 0) return each;
    }
  }
  return 0;
}

/* As many blocks as fill a round, also when something else comes between once. */
static double round_of(const kernel *work) {
  long blocks = 1;
  while (fmin(seconds_of(work, blocks), seconds_of(work, blocks)) < round_seconds) blocks *= 2;
  return seconds_of(work, blocks) / blocks;
}

void fill_signal(int16_t *samples, int set) {
  uint32_t noise = set + 1;
  for (int i = 0; i < BLOCK_SAMPLES; i++) {
    noise = noise * 1664525u + 1013904223u;
    samples[i] = (int16_t)floor(8000 * sin(0.05 * i) + 4000 * sin(0.31 * i) + (noise >> 21));
  }
}

int main(void) {
  char line[100];
  prepare_mixing();
  prepare_coding();
  prepare_ima();
  prepare_resampling();
  prepare_gsm();
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    const kernel *work = find(line);
    printf("%.9g\n", work ? round_of(work) : 0);
    fflush(stdout);
  }
  return 0;
}
