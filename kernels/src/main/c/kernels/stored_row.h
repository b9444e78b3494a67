// Brings rows of a cache to float32, whatever their format; D is their width, V that of their values.

#ifndef MLA4J_STORED_ROW_H
#define MLA4J_STORED_ROW_H

#include "bf16.h"

enum { FP8_SCALED = 128 };  // FP8 values that share a scale

typedef void read_function(float *to, const uint8_t *row, int64_t width, int64_t value_width);

static inline float float_at(const uint8_t *from) {
  float x;
  memcpy(&x, from, 4);
  return x;
}

static inline void read_float32(float *to, const uint8_t *row, int64_t width, int64_t value_width) {
  (void)value_width;
  memcpy(to, row, width * 4);
}

static inline void read_bf16(float *to, const uint8_t *row, int64_t width, int64_t value_width) {
  (void)value_width;
  widen_bf16(to, row, width);
}

static inline void scale_int8(float *restrict to, const uint8_t *restrict from, int64_t count,
                              float scale) {
  for (int64_t i = 0; i < count; i++) {
    to[i] = (float)(int8_t)from[i] * scale;
  }
}

// [V int8 values | D - V int8 rotary values | 2 float32 scales | 2 int32 sums]
static inline void read_int8(float *to, const uint8_t *row, int64_t width, int64_t value_width) {
  scale_int8(to, row, value_width, float_at(row + width));
  if (value_width < width) {
    scale_int8(to + value_width, row + value_width, width - value_width, float_at(row + width + 4));
  }
}

// FP8 values (e4m3, no infinities) times a scale. Their bits in the place of a float32's are the
// value times 2^-120, denormals too.
static inline void scale_fp8(float *restrict to, const uint8_t *restrict from, float scale) {
  for (int i = 0; i < FP8_SCALED; i++) {
    uint32_t byte = from[i], size = byte & 127;
    uint32_t bits = byte >> 7 << 31 | size << 20 | (size == 127 ? 0x7fc00000 : 0);
    float y;
    memcpy(&y, &bits, 4);
    to[i] = y * 0x1p120f * scale;
  }
}

// [V FP8 values | V / 128 float32 scales | bf16 rotary key]
static inline void read_fp8(float *to, const uint8_t *row, int64_t width, int64_t value_width) {
  int64_t blocks = value_width / FP8_SCALED;
  for (int64_t block = 0; block < blocks; block++) {
    scale_fp8(to + block * FP8_SCALED, row + block * FP8_SCALED,
              float_at(row + value_width + 4 * block));
  }
  widen_bf16(to + value_width, row + value_width + 4 * blocks, width - value_width);
}

#endif
