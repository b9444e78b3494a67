// The sums of as many vectors as a vector has lanes, in one vector.

#ifndef MLA4J_LANE_SUMS_H
#define MLA4J_LANE_SUMS_H

#include "vector.h"

#if defined(__AVX512F__)

// Half of the lanes of each: those without `distance` in their number hold sums of a, the others of b.
INLINE vec fold(vec a, vec b, int distance) {
  int32_t stay[LANES], move[LANES];
  for (int i = 0; i < LANES; i++) {
    stay[i] = i & distance ? LANES + i - distance : i;
    move[i] = i & distance ? LANES + i : i + distance;
  }
  return (vec)_mm512_permutex2var_ps((__m512)a, _mm512_loadu_si512(stay), (__m512)b) +
         (vec)_mm512_permutex2var_ps((__m512)a, _mm512_loadu_si512(move), (__m512)b);
}

// Lane i is the sum of v[i].
INLINE vec sums_of_lanes(vec *v) {
  _Pragma("GCC unroll 8") for (int i = 0; i < 8; i++) { v[i] = fold(v[i], v[i + 8], 8); }
  _Pragma("GCC unroll 4") for (int i = 0; i < 4; i++) { v[i] = fold(v[i], v[i + 4], 4); }
  _Pragma("GCC unroll 2") for (int i = 0; i < 2; i++) { v[i] = fold(v[i], v[i + 2], 2); }
  return fold(v[0], v[1], 1);
}

#elif defined(__AVX__)

INLINE __m256 add_pairs(vec a, vec b) { return _mm256_hadd_ps((__m256)a, (__m256)b); }

INLINE vec sums_of_lanes(vec *v) {
  __m256 low = _mm256_hadd_ps(add_pairs(v[0], v[1]), add_pairs(v[2], v[3]));
  __m256 high = _mm256_hadd_ps(add_pairs(v[4], v[5]), add_pairs(v[6], v[7]));
  return (vec)_mm256_permute2f128_ps(low, high, 0x20) +
         (vec)_mm256_permute2f128_ps(low, high, 0x31);
}

#else

#include <arm_neon.h>

INLINE vec sums_of_lanes(vec *v) {
  float32x4_t low = vpaddq_f32((float32x4_t)v[0], (float32x4_t)v[1]);
  float32x4_t high = vpaddq_f32((float32x4_t)v[2], (float32x4_t)v[3]);
  return (vec)vpaddq_f32(low, high);
}

#endif

#endif
