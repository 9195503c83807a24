/* GSM 06.10 by libgsm, where its header is there; the build says so by defining WITH_GSM. */
#include "kernels.h"

#ifdef WITH_GSM
#include <gsm.h>

enum { FRAME_SAMPLES = 160, FRAME_BYTES = 33 };

static gsm encoders[SET_COUNT], decoders[SET_COUNT];
static int16_t linear[SET_COUNT][BLOCK_SAMPLES], decoded[SET_COUNT][BLOCK_SAMPLES];
static uint8_t frames[SET_COUNT][BLOCK_SAMPLES / FRAME_SAMPLES][FRAME_BYTES];

static void encode(int set) {
  for (int frame = 0; frame < BLOCK_SAMPLES / FRAME_SAMPLES; frame++) {
    gsm_encode(encoders[set], linear[set] + frame * FRAME_SAMPLES, frames[set][frame]);
  }
}

static void decode(int set) {
  for (int frame = 0; frame < BLOCK_SAMPLES / FRAME_SAMPLES; frame++) {
    gsm_decode(decoders[set], frames[set][frame], decoded[set] + frame * FRAME_SAMPLES);
  }
}

void prepare_gsm(void) {
  for (int set = 0; set < SET_COUNT; set++) {
    encoders[set] = gsm_create();
    decoders[set] = gsm_create();
    fill_signal(linear[set], set);
    encode(set);
  }
}

const kernel gsm_kernels[] = {
  {"GSM decode", decode},
  {"GSM encode", encode},
  {0, 0},
};
#else
void prepare_gsm(void) {}

const kernel gsm_kernels[] = {{0, 0}};
#endif
