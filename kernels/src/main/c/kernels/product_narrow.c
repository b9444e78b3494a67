// int8 and int4 weights with wider activations: turned into bf16, in registers for a single row,
// in memory for more.

#include "product.h"

enum { AHEAD = 4096 };

// Elements 2 * pair and 2 * pair + 1 of every channel's four int8, as bf16. Whole numbers up to
// 128 need only the upper half of a float32.
INLINE __m512i pair_of_int8(__m512i quads, const int pair) {
  __m512i low = pair ? _mm512_srai_epi32(_mm512_slli_epi32(quads, 8), 24)
                     : _mm512_srai_epi32(_mm512_slli_epi32(quads, 24), 24);
  __m512i high =
      pair ? _mm512_srai_epi32(quads, 24) : _mm512_srai_epi32(_mm512_slli_epi32(quads, 16), 24);
  __m512i below = _mm512_srli_epi32((__m512i)_mm512_cvtepi32_ps(low), 16);
  return _mm512_or_si512(below, (__m512i)_mm512_cvtepi32_ps(high));
}

void INTERNAL(product_row_int8)(const struct tile *t) {
  const uint8_t *strip = t->strip;
  __m512 left = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(t->sums);
  __m512 right = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(t->sums + LANES);
  for (int64_t s = 0; s < t->steps; s += 2, strip += STEP_BYTES) {
    _mm_prefetch((const char *)strip + AHEAD, _MM_HINT_T0);
    _mm_prefetch((const char *)strip + AHEAD + 64, _MM_HINT_T0);
    __m512i a = _mm512_load_si512(strip), b = _mm512_load_si512(strip + 64);
    __m512i x = _mm512_set1_epi32((int32_t)t->x[s]);
    __m512i y = _mm512_set1_epi32((int32_t)t->x[s + 1]);
    left = dot(dot(left, pair_of_int8(a, 0), x), pair_of_int8(a, 1), y);
    right = dot(dot(right, pair_of_int8(b, 0), x), pair_of_int8(b, 1), y);
  }
  _mm512_store_ps(t->sums, left);
  _mm512_store_ps(t->sums + LANES, right);
}

void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, uint8_t *to) {
  for (int64_t k = 0; k < count; k += 4, strip += STEP_BYTES, to += 2 * STEP_BYTES) {
    __m512i a = _mm512_load_si512(strip), b = _mm512_load_si512(strip + 64);
    _mm512_store_si512(to, pair_of_int8(a, 0));
    _mm512_store_si512(to + 64, pair_of_int8(b, 0));
    _mm512_store_si512(to + 128, pair_of_int8(a, 1));
    _mm512_store_si512(to + 192, pair_of_int8(b, 1));
  }
}

// The bf16 value of every int4, twice, as the lookup takes five bits.
INLINE __m512i int4_table(void) {
  const __m512i numbers = _mm512_setr_epi32(
      0x3f800000, 0x40404000, 0x40a04080, 0x40e040c0, (int32_t)0xc0e0c100, (int32_t)0xc0a0c0c0,
      (int32_t)0xc040c080, (int32_t)0xbf80c000, 0x3f800000, 0x40404000, 0x40a04080, 0x40e040c0,
      (int32_t)0xc0e0c100, (int32_t)0xc0a0c0c0, (int32_t)0xc040c080, (int32_t)0xbf80c000);
  return numbers;
}

// Elements 2 * pair and 2 * pair + 1 of every channel's eight int4: nibbles `pair` of both halves
// of its word.
INLINE __m512i pair_of_int4(__m512i table, __m512i words, const int pair) {
  return _mm512_permutexvar_epi16(_mm512_srli_epi16(words, 4 * pair), table);
}

INLINE __m512 scales_of(const uint8_t *group, const int half) {
  __m256i bf16 = _mm256_load_si256((const __m256i *)(group + half * 32));
  return (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16);
}

INLINE __m512 group_dot(const uint8_t *words, const uint32_t *x) {
  const __m512i table = int4_table();
  __m512 even = _mm512_setzero_ps(), odd = _mm512_setzero_ps();
#pragma GCC unroll 4
  for (int s = 0; s < 4; s++) {
    __m512i w = _mm512_load_si512(words + s * STEP_BYTES);
    const uint32_t *y = x + 4 * s;
    even = dot(even, pair_of_int4(table, w, 0), _mm512_set1_epi32((int32_t)y[0]));
    odd = dot(odd, pair_of_int4(table, w, 1), _mm512_set1_epi32((int32_t)y[1]));
    even = dot(even, pair_of_int4(table, w, 2), _mm512_set1_epi32((int32_t)y[2]));
    odd = dot(odd, pair_of_int4(table, w, 3), _mm512_set1_epi32((int32_t)y[3]));
  }
  return _mm512_add_ps(even, odd);
}

void INTERNAL(product_row_int4)(const struct tile *t) {
  const uint8_t *group = t->strip;
  __m512 left = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(t->sums);
  __m512 right = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(t->sums + LANES);
  for (int64_t s = 0; s < t->steps; s += GROUP / 2, group += GROUP_BYTES) {
#pragma GCC unroll 9
    for (int line = 0; line < GROUP_BYTES; line += 64) {
      _mm_prefetch((const char *)group + AHEAD + line, _MM_HINT_T0);
    }
    const uint8_t *words = group + GROUP_SCALES;
    left = _mm512_fmadd_ps(group_dot(words, t->x + s), scales_of(group, 0), left);
    right = _mm512_fmadd_ps(group_dot(words + 64, t->x + s), scales_of(group, 1), right);
  }
  _mm512_store_ps(t->sums, left);
  _mm512_store_ps(t->sums + LANES, right);
}

// A pair of bf16 times float32, rounded to bf16 again.
INLINE __m512i scaled(__m512i pair, __m512 scale) {
  __m512 low = _mm512_mul_ps((__m512)_mm512_slli_epi32(pair, 16), scale);
  __m512i mask = _mm512_set1_epi32((int32_t)0xffff0000);
  __m512 high = _mm512_mul_ps((__m512)_mm512_and_si512(pair, mask), scale);
  __m512i lower = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(low));
  __m512i upper = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(high));
  return _mm512_or_si512(lower, _mm512_slli_epi32(upper, 16));
}

void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, uint8_t *to) {
  const __m512i table = int4_table();
  for (int64_t k = 0; k < count; k += GROUP, strip += GROUP_BYTES) {
    __m512 left = scales_of(strip, 0), right = scales_of(strip, 1);
    for (int s = 0; s < 4; s++) {
      __m512i a = _mm512_load_si512(strip + GROUP_SCALES + s * STEP_BYTES);
      __m512i b = _mm512_load_si512(strip + GROUP_SCALES + s * STEP_BYTES + 64);
#pragma GCC unroll 4
      for (int pair = 0; pair < 4; pair++, to += STEP_BYTES) {
        _mm512_store_si512(to, scaled(pair_of_int4(table, a, pair), left));
        _mm512_store_si512(to + 64, scaled(pair_of_int4(table, b, pair), right));
      }
    }
  }
}
