// One row against int8 and int4 weights: the weights are multiplied as they lie, with an offset
// that makes them unsigned, by the three digits of activations in fixed point.

#if defined(__AVX512BF16__)

#include "fixed_group.h"
#include "product_bf16.h"

#define EACH_DIGIT _Pragma("GCC unroll 3") for (int d = 0; d < DIGITS; d++)

// Sums of each digit for 16 channels and a group.
struct digit_sums {
  __m512i of[DIGITS];
};

INLINE struct digit_sums begin(const struct fixed_group *x) {
  return (struct digit_sums){{_mm512_set1_epi32(x->low_start), _mm512_setzero_si512(),
                              _mm512_set1_epi32(x->high_start)}};
}

INLINE __m512 value_of(struct digit_sums sums) {
  __m512i low = _mm512_add_epi32(sums.of[0], _mm512_slli_epi32(sums.of[1], 8));
  return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.of[2]), _mm512_set1_ps(0x10000),
                         _mm512_cvtepi32_ps(low));
}

// Four elements of every channel, from an even place on.
INLINE void add(struct digit_sums *sums, __m512i weights, const struct fixed_group *x, int64_t at) {
  EACH_DIGIT {
    int32_t digits;
    memcpy(&digits, x->digits[d] + at, sizeof digits);
    sums->of[d] = _mm512_dpbusd_epi32(sums->of[d], weights, _mm512_set1_epi32(digits));
  }
}

struct totals {
  __m512 left, right; // of both halves of a panel
};

INLINE struct totals totals_of(const struct tile *t) {
  struct totals zero = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  struct totals before = {_mm512_load_ps(t->sums), _mm512_load_ps(t->sums + LANES)};
  return t->begins ? zero : before;
}

INLINE void store_totals(const struct tile *t, struct totals totals) {
  _mm512_store_ps(t->sums, totals.left);
  _mm512_store_ps(t->sums + LANES, totals.right);
}

INLINE void add_int8(struct totals *totals, const uint8_t *strip, const struct fixed_group *x,
                     const int64_t steps) {
  const __m512i offset = _mm512_set1_epi8((char)INT8_OFFSET);
  struct digit_sums left = begin(x), right = begin(x);
#pragma GCC unroll 8
  for (int64_t s = 0; s < steps; s++, strip += STEP_BYTES) {
    add(&left, _mm512_xor_si512(load_ahead(strip), offset), x, 4 * s);
    add(&right, _mm512_xor_si512(load_ahead(strip + 64), offset), x, 4 * s);
  }
  __m512 scale = _mm512_set1_ps(x->scale);
  totals->left = _mm512_fmadd_ps(value_of(left), scale, totals->left);
  totals->right = _mm512_fmadd_ps(value_of(right), scale, totals->right);
}

void INTERNAL(product_fixed_int8)(const struct tile *t) {
  enum { STEPS = GROUP / 4 };
  const struct fixed_group *x = (const struct fixed_group *)t->x;
  const struct fixed_group *end = x + t->words / FIXED_WORDS;
  const uint8_t *strip = t->strip;
  struct totals totals = totals_of(t);
  for (; x < end && x->steps == STEPS; x++, strip += STEPS * STEP_BYTES) {
    add_int8(&totals, strip, x, STEPS);
  }
  if (x < end) {
    add_int8(&totals, strip, x, x->steps);
  }
  store_totals(t, totals);
}

// The lower nibble of every byte with its offset.
INLINE __m512i nibbles(__m512i bytes) {
  const int xored_and_masked = 0x28;
  return _mm512_ternarylogic_epi32(bytes, _mm512_set1_epi8(INT4_OFFSET), _mm512_set1_epi8(15),
                                   xored_and_masked);
}

INLINE void add_int4(struct totals *totals, const uint8_t *group, const struct fixed_group *x) {
  const uint8_t *words = group + GROUP_SCALES;
  struct digit_sums left = begin(x), right = begin(x);
  ask_ahead(group);
#pragma GCC unroll 4
  for (int64_t s = 0; s < GROUP / 8; s++, words += STEP_BYTES) {
    __m512i a = load_ahead(words), b = load_ahead(words + 64);
    add(&left, nibbles(a), x, 8 * s);
    add(&right, nibbles(b), x, 8 * s);
    add(&left, nibbles(_mm512_srli_epi32(a, 4)), x, 8 * s + 4);
    add(&right, nibbles(_mm512_srli_epi32(b, 4)), x, 8 * s + 4);
  }
  __m512 scale = _mm512_set1_ps(x->scale);
  __m512 left_scales = _mm512_mul_ps(scales_of(group, 0), scale);
  __m512 right_scales = _mm512_mul_ps(scales_of(group, 1), scale);
  totals->left = _mm512_fmadd_ps(value_of(left), left_scales, totals->left);
  totals->right = _mm512_fmadd_ps(value_of(right), right_scales, totals->right);
}

void INTERNAL(product_fixed_int4)(const struct tile *t) {
  const struct fixed_group *x = (const struct fixed_group *)t->x;
  const struct fixed_group *end = x + t->words / FIXED_WORDS;
  const uint8_t *group = t->strip;
  struct totals totals = totals_of(t);
  for (; x < end; x++, group += GROUP_BYTES) {
    add_int4(&totals, group, x);
  }
  store_totals(t, totals);
}

#endif
