/* The kernels that shared/audio is measured beside: each one block of the work that its namesake there does. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

/* As in bench/audio-subject.ts. */
enum { BLOCK_SAMPLES = 960, SET_COUNT = 3 };

typedef struct {
  const char *name;
  /* Does one block, with the buffers of one of SET_COUNT sets. */
  void (*run)(int set);
} kernel;

extern const kernel mixing_kernels[], coding_kernels[], ima_kernels[], resampling_kernels[], gsm_kernels[];

/* Fill the buffers that the kernels read. */
void prepare_mixing(void);
void prepare_coding(void);
void prepare_ima(void);
void prepare_resampling(void);
void prepare_gsm(void);

/* The same signal as in bench/audio-subject.ts: two sines and a little noise, BLOCK_SAMPLES of it. */
void fill_signal(int16_t *samples, int set);

#endif
