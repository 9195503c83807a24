/* Samples and their codes, as in shared/audio/encodings: G.711 by the same tables, and big-endian samples. */
#include "kernels.h"

#define APART __attribute__((noinline))

static int16_t linear[SET_COUNT][BLOCK_SAMPLES], decoded[SET_COUNT][BLOCK_SAMPLES];
static int32_t wide[SET_COUNT][BLOCK_SAMPLES];
static uint8_t codes[SET_COUNT][BLOCK_SAMPLES];
static uint8_t bytes[SET_COUNT][4 * BLOCK_SAMPLES];
static volatile int block_samples = BLOCK_SAMPLES;

/* As in mulaw.ts and alaw.ts: the value of each code, and the code of each value of 14 bits. */
static int16_t mulaw_expand[256], alaw_expand[256];
static uint8_t mulaw_compress[0x4000], alaw_compress[0x4000];

static int mulaw_value(int code) {
  int plain = ~code, segment = plain >> 4 & 7;
  int magnitude = ((((plain & 15) << 1) + 33) << segment) - 33;
  return (plain & 0x80 ? -magnitude : magnitude) * 4;
}

static int alaw_value(int code) {
  int plain = code ^ 0x55, segment = plain >> 4 & 7, middle = ((plain & 15) << 4) + 8;
  int magnitude = segment ? (middle + 0x100) << (segment - 1) : middle;
  return plain & 0x80 ? magnitude : -magnitude;
}

static int mulaw_code(int value) {
  int magnitude = (value < 0 ? -value : value) > 8158 ? 8158 : value < 0 ? -value : value;
  int segment = 26 - __builtin_clz(magnitude + 33);
  return ~((value < 0 ? 0x80 : 0) | segment << 4 | ((magnitude + 33) >> (segment + 1) & 15));
}

static int alaw_code(int value) {
  int magnitude = (value < 0 ? -value : value) >> 1;
  if (magnitude > 0xfff) magnitude = 0xfff;
  int segment = magnitude < 32 ? 0 : 27 - __builtin_clz(magnitude);
  int mantissa = magnitude >> (segment ? segment : 1) & 15;
  return (segment << 4 | mantissa) ^ (value < 0 ? 0x55 : 0xd5);
}

APART static void expand(int16_t *to, const uint8_t *from, int count, const int16_t *table) {
  for (int i = 0; i < count; i++) to[i] = table[from[i]];
}

APART static void compress(uint8_t *to, const int16_t *from, int count, const uint8_t *table) {
  for (int i = 0; i < count; i++) to[i] = table[from[i] >> 2 & 0x3fff];
}

APART static void read16(int16_t *to, const uint8_t *from, int count) {
  for (int i = 0; i < count; i++, from += 2) to[i] = (int16_t)(from[0] << 8 | from[1]);
}

APART static void write16(uint8_t *to, const int16_t *from, int count) {
  for (int i = 0; i < count; i++, to += 2) {
    to[0] = from[i] >> 8;
    to[1] = from[i];
  }
}

APART static void read32(int32_t *to, const uint8_t *from, int count) {
  for (int i = 0; i < count; i++, from += 4) {
    to[i] = (int32_t)((uint32_t)from[0] << 24 | from[1] << 16 | from[2] << 8 | from[3]);
  }
}

APART static void write32(uint8_t *to, const int32_t *from, int count) {
  for (int i = 0; i < count; i++, to += 4) {
    to[0] = from[i] >> 24;
    to[1] = from[i] >> 16;
    to[2] = from[i] >> 8;
    to[3] = from[i];
  }
}

/* The 16-bit side of LIN32, as the gateway's buffers are 16 bits wide. */
APART static void narrow(int16_t *to, const int32_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = from[i] >> 16;
}

APART static void widen(int32_t *to, const int16_t *from, int count) {
  for (int i = 0; i < count; i++) to[i] = (int32_t)((uint32_t)from[i] << 16);
}

void prepare_coding(void) {
  for (int code = 0; code < 256; code++) {
    mulaw_expand[code] = mulaw_value(code);
    alaw_expand[code] = alaw_value(code);
  }
  for (int value = -8192; value < 8192; value++) {
    mulaw_compress[value & 0x3fff] = mulaw_code(value);
    alaw_compress[value & 0x3fff] = alaw_code(value);
  }
  for (int set = 0; set < SET_COUNT; set++) {
    fill_signal(linear[set], set);
    compress(codes[set], linear[set], BLOCK_SAMPLES, mulaw_compress);
  }
}

static void mulaw_decode(int set) { expand(decoded[set], codes[set], block_samples, mulaw_expand); }
static void mulaw_encode(int set) { compress(codes[set], linear[set], block_samples, mulaw_compress); }
static void alaw_decode(int set) { expand(decoded[set], codes[set], block_samples, alaw_expand); }
static void alaw_encode(int set) { compress(codes[set], linear[set], block_samples, alaw_compress); }
static void lin16_decode(int set) { read16(decoded[set], bytes[set], block_samples); }
static void lin16_encode(int set) { write16(bytes[set], linear[set], block_samples); }

static void lin32_decode(int set) {
  read32(wide[set], bytes[set], block_samples);
  narrow(decoded[set], wide[set], block_samples);
}

static void lin32_encode(int set) {
  widen(wide[set], linear[set], block_samples);
  write32(bytes[set], wide[set], block_samples);
}

const kernel coding_kernels[] = {
  {"MU255 decode", mulaw_decode},
  {"MU255 encode", mulaw_encode},
  {"ALAW decode", alaw_decode},
  {"ALAW encode", alaw_encode},
  {"LIN16 big-endian decode", lin16_decode},
  {"LIN16 big-endian encode", lin16_encode},
  {"LIN32 big-endian decode", lin32_decode},
  {"LIN32 big-endian encode", lin32_encode},
  {0, 0},
};
