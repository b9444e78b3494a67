// bfloat16: the upper half of a float32.

#ifndef MLA4J_BF16_H
#define MLA4J_BF16_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512BW__)
#include <immintrin.h>

// Which of 32 bf16 elements are infinite or NaN.
static inline __mmask32 not_finite(__m512i x) {
  const __m512i infinite = _mm512_set1_epi16(0x7f80);
  return _mm512_cmpeq_epi16_mask(_mm512_and_si512(x, infinite), infinite);
}
#endif

// Rounds to the nearest, ties to even; a NaN stays one.
static inline uint16_t bf16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)(x != x ? bits >> 16 | 0x40 : rounded);
}

static inline float float_of_bf16(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

static inline float float_at_bf16(const uint8_t *from) {
  uint16_t half;
  memcpy(&half, from, 2);
  return float_of_bf16(half);
}

// `count` bf16 values to float32.
static inline void widen_bf16(float *restrict to, const uint8_t *restrict from, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    to[i] = float_at_bf16(from + 2 * i);
  }
}

#endif
