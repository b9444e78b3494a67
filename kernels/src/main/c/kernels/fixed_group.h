// A group of a row's activations in fixed point: 32 bf16 numbers as whole numbers of 22 bits and a
// sign, times a power of two that the largest of them sets, in three signed bytes each. Down to
// 2^-14 of the largest they stay exact; what is smaller is off by at most 2^-22 of the largest,
// about as much as a float32 sum with it would be.

#ifndef MLA4J_FIXED_GROUP_H
#define MLA4J_FIXED_GROUP_H

#include "product.h"

enum {
  DIGITS = 3,
  FRACTION_BITS = 21,          // of the largest number of a group, whose whole part is 1
  FLOAT_BIAS = 127,
  FLOAT_FRACTION = 23,
  FLOAT_INFINITY = 0x7f800000
};

struct fixed_group {
  int8_t digits[DIGITS][GROUP]; // the lowest first
  int32_t low_start;            // where sums of the lowest and the highest digits start, so that
  int32_t high_start;           // the offset of the weights adds nothing
  float scale;
  int32_t steps;                // of four elements, 8 but for the last group of a row
};

enum { FIXED_WORDS = sizeof(struct fixed_group) / 4 };

INLINE float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Beside infinity what is finite does not count: 1 and -1 for the infinite ones, 0 for all others.
INLINE __m512i infinite_only(__m512i x) {
  const __m512i infinity = _mm512_set1_epi32(FLOAT_INFINITY);
  const __m512i one = _mm512_set1_epi32(FLOAT_BIAS << FLOAT_FRACTION);
  __m512i sign = _mm512_andnot_si512(_mm512_set1_epi32(0x7fffffff), x);
  __mmask16 infinite = _mm512_cmpeq_epi32_mask(_mm512_xor_si512(x, sign), infinity);
  return _mm512_maskz_or_epi32(infinite, sign, one);
}

INLINE __m512i whole(__m512i x, float factor) {
  return _mm512_cvtps_epi32(_mm512_mul_ps((__m512)x, _mm512_set1_ps(factor)));
}

// Byte `digit` of pairs of numbers, side by side.
INLINE __m256i digits_of(__m512i even, __m512i odd, const int digit) {
  const __m512i byte = _mm512_set1_epi32(0xff << 8 * digit);
  __m512i low = _mm512_srli_epi32(_mm512_and_si512(even, byte), 8 * digit);
  __m512i high = _mm512_and_si512(odd, byte);
  high = digit ? _mm512_srli_epi32(high, 8 * digit - 8) : _mm512_slli_epi32(high, 8);
  return _mm512_cvtepi32_epi16(_mm512_or_si512(low, high));
}

// Even and odd elements of a group: as bits of float32, then as whole numbers.
struct halves {
  __m512i even, odd;
};

INLINE uint32_t largest_of(struct halves x) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  return _mm512_reduce_max_epu32(
      _mm512_max_epu32(_mm512_and_si512(x.even, magnitude), _mm512_and_si512(x.odd, magnitude)));
}

// As whole numbers, and the scale that undoes it.
INLINE struct halves whole_of(struct halves x, float *scale) {
  uint32_t largest = largest_of(x);
  if (largest >= FLOAT_INFINITY) {
    *scale = float_of(largest);
    return (struct halves){whole(infinite_only(x.even), 1), whole(infinite_only(x.odd), 1)};
  }
  const uint32_t least = FRACTION_BITS + 1; // keeps the scale a normal number
  uint32_t exponent = largest >> FLOAT_FRACTION;
  exponent = exponent < least ? least : exponent;
  *scale = float_of((exponent - FRACTION_BITS) << FLOAT_FRACTION);
  float factor = float_of((2 * FLOAT_BIAS + FRACTION_BITS - exponent) << FLOAT_FRACTION);
  return (struct halves){whole(x.even, factor), whole(x.odd, factor)};
}

// Digits from -128 to 127. `order` says where each byte of eight comes from.
INLINE void write_digits(struct fixed_group *to, struct halves x, uint64_t order) {
  const __m512i half = _mm512_set1_epi32(0x808080);
  const __m256i eights = _mm256_setr_epi64x(0, 0x0808080808080808, 0, 0x0808080808080808);
  __m256i places = _mm256_add_epi8(_mm256_set1_epi64x((int64_t)order), eights);
  __m512i even = _mm512_add_epi32(x.even, half), odd = _mm512_add_epi32(x.odd, half);
#pragma GCC unroll 3
  for (int digit = 0; digit < DIGITS; digit++) {
    __m256i digits = _mm256_xor_si256(digits_of(even, odd, digit), _mm256_set1_epi8((char)0x80));
    _mm256_storeu_si256((__m256i *)to->digits[digit], _mm256_shuffle_epi8(digits, places));
  }
}

// `pairs` are 32 bf16, `offset` is that of the weights.
INLINE void make_fixed(struct fixed_group *to, __m512i pairs, int32_t offset, uint64_t order) {
  const __m512i upper = _mm512_set1_epi32((int32_t)0xffff0000);
  struct halves x = {_mm512_slli_epi32(pairs, 16), _mm512_and_si512(pairs, upper)};
  x = whole_of(x, &to->scale);
  int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(x.even, x.odd));
  to->low_start = -offset * (sum & 0xffff);
  to->high_start = -offset * (sum >> 16);
  write_digits(to, x, order);
}

#endif
