// int8 and int4 weights with wider activations: turned into bf16, in registers for two to four
// rows, in memory for more. One row is in product_fixed_bf16.c.

#if defined(__AVX512BF16__)

#include "product_bf16.h"

#define ROWS _Pragma("GCC unroll 4") for (int i = 0; i < rows; i++)

#define FOR_SOME_ROWS(rows, CALL) \
  switch (rows) { \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    default: CALL(4); break; \
  }

// A byte at bit 0 or 8 as float32, without shift and conversion: as the lowest bits of a float32
// whose unit they are, with the sign bit turned to make an offset of 128, which is subtracted.
INLINE __m512i number_at(__m512i quads, const int bit) {
  const __m512i mask = _mm512_set1_epi32(0xff << bit);
  const __m512i base = _mm512_set1_epi32((bit ? 0x47000000 : 0x4b000000) | 0x80 << bit);
  const __m512 offset = _mm512_set1_ps((float)(bit ? 1 << 15 : 1 << 23) + 128);
  const int base_xor_masked = 0x78;
  __m512i bits = _mm512_ternarylogic_epi32(base, quads, mask, base_xor_masked);
  return (__m512i)_mm512_sub_ps((__m512)bits, offset);
}

// The two lower bytes of every channel as bf16. Whole numbers up to 128 need only the upper half
// of a float32.
INLINE __m512i pair_of_int8(__m512i quads) {
  return _mm512_or_si512(_mm512_srli_epi32(number_at(quads, 0), 16), number_at(quads, 8));
}

// Two sums for each of up to four rows and 16 channels, so that two instructions overlap.
struct sums {
  __m512 even[FEW_ROWS];
  __m512 odd[FEW_ROWS];
};

INLINE void clear(struct sums *sums, const int rows) {
  ROWS { sums->even[i] = sums->odd[i] = _mm512_setzero_ps(); }
}

INLINE void add_int8(struct sums *sums, __m512i quads, const uint32_t *x, const int rows) {
  __m512i a = pair_of_int8(quads), b = pair_of_int8(_mm512_srli_epi32(quads, 16));
  ROWS {
    sums->even[i] = dot(sums->even[i], a, _mm512_set1_epi32((int32_t)x[i]));
    sums->odd[i] = dot(sums->odd[i], b, _mm512_set1_epi32((int32_t)x[rows + i]));
  }
}

INLINE void store_sums(const struct sums *sums, const struct tile *t, int64_t first, const int rows) {
  ROWS {
    float *to = t->sums + i * PANEL + first;
    __m512 sum = _mm512_add_ps(sums->even[i], sums->odd[i]);
    _mm512_store_ps(to, t->begins ? sum : _mm512_add_ps(_mm512_load_ps(to), sum));
  }
}

INLINE void direct_int8(const struct tile *t, const int rows) {
  struct sums left, right;
  clear(&left, rows);
  clear(&right, rows);
  const uint8_t *strip = t->strip;
  const uint32_t *x = t->x;
  for (int64_t s = 0; s < t->words; s += 2, strip += STEP_BYTES, x += 2 * rows) {
    add_int8(&left, load_ahead(strip), x, rows);
    add_int8(&right, load_ahead(strip + 64), x, rows);
  }
  store_sums(&left, t, 0, rows);
  store_sums(&right, t, LANES, rows);
}

void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows) {
#define CALL(n) direct_int8(t, n)
  FOR_SOME_ROWS(rows, CALL)
#undef CALL
}

void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, uint8_t *to) {
  for (int64_t k = 0; k < count; k += 4, strip += STEP_BYTES, to += 2 * STEP_BYTES) {
    __m512i a = load_ahead(strip), b = load_ahead(strip + 64);
    _mm512_store_si512(to, pair_of_int8(a));
    _mm512_store_si512(to + 64, pair_of_int8(b));
    _mm512_store_si512(to + 128, pair_of_int8(_mm512_srli_epi32(a, 16)));
    _mm512_store_si512(to + 192, pair_of_int8(_mm512_srli_epi32(b, 16)));
  }
}

// The bf16 value of every int4, twice, as the lookup takes five bits.
INLINE __m512i int4_table(void) {
  return _mm512_broadcast_i64x4(_mm256_setr_epi32(
      0x3f800000, 0x40404000, 0x40a04080, 0x40e040c0, (int32_t)0xc0e0c100, (int32_t)0xc0a0c0c0,
      (int32_t)0xc040c080, (int32_t)0xbf80c000));
}

// Elements 2 * pair and 2 * pair + 1 of every channel's eight int4: nibbles `pair` of both halves
// of its word.
INLINE __m512i pair_of_int4(__m512i table, __m512i words, const int pair) {
  return _mm512_permutexvar_epi16(_mm512_srli_epi16(words, 4 * pair), table);
}

INLINE void add_int4(struct sums *sums, __m512i words, const uint32_t *x, const int rows) {
  const __m512i table = int4_table();
#pragma GCC unroll 4
  for (int pair = 0; pair < 4; pair++) {
    __m512i w = pair_of_int4(table, words, pair);
    ROWS {
      __m512 *sum = pair % 2 ? sums->odd + i : sums->even + i;
      *sum = dot(*sum, w, _mm512_set1_epi32((int32_t)x[pair * rows + i]));
    }
  }
}

// Adds a group's sums, times its scales, to 16 channels.
INLINE void add_group(__m512 *totals, const uint8_t *words, __m512 scales, const uint32_t *x,
                      const int rows) {
  struct sums sums;
  clear(&sums, rows);
#pragma GCC unroll 4
  for (int s = 0; s < 4; s++) {
    add_int4(&sums, load_ahead(words + s * STEP_BYTES), x + 4 * s * rows, rows);
  }
  ROWS {
    totals[i] = _mm512_fmadd_ps(_mm512_add_ps(sums.even[i], sums.odd[i]), scales, totals[i]);
  }
}

INLINE void direct_int4(const struct tile *t, const int rows) {
  struct sums totals; // of both halves of a panel
  clear(&totals, rows);
  const uint8_t *group = t->strip;
  const uint32_t *x = t->x;
  for (int64_t s = 0; s < t->words; s += GROUP / 2, group += GROUP_BYTES, x += GROUP / 2 * rows) {
    const uint8_t *words = group + GROUP_SCALES;
    ask_ahead(group);
    add_group(totals.even, words, scales_of(group, 0), x, rows);
    add_group(totals.odd, words + 64, scales_of(group, 1), x, rows);
  }
  ROWS {
    float *to = t->sums + i * PANEL;
    __m512 left = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(to);
    __m512 right = t->begins ? _mm512_setzero_ps() : _mm512_load_ps(to + LANES);
    _mm512_store_ps(to, _mm512_add_ps(left, totals.even[i]));
    _mm512_store_ps(to + LANES, _mm512_add_ps(right, totals.odd[i]));
  }
}

void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows) {
#define CALL(n) direct_int4(t, n)
  FOR_SOME_ROWS(rows, CALL)
#undef CALL
}

// Pairs of bf16 times the scale of their channel, rounded to bf16 again. `low` and `high` hold the
// scales of 8 channels, each twice.
INLINE __m512i scaled(__m512i pairs, __m512 low, __m512 high) {
  __m512i first = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(pairs));
  __m512i second = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(pairs, 1));
  __m512 a = _mm512_mul_ps((__m512)_mm512_slli_epi32(first, 16), low);
  __m512 b = _mm512_mul_ps((__m512)_mm512_slli_epi32(second, 16), high);
  return (__m512i)_mm512_cvtne2ps_pbh(b, a);
}

INLINE void widen_half(const uint8_t *group, const int half, uint8_t *to) {
  const __m512i table = int4_table();
  const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  __m512 scales = scales_of(group, half);
  __m512 low = _mm512_permutexvar_ps(twice, scales);
  __m512 high = _mm512_permutexvar_ps(_mm512_add_epi32(twice, _mm512_set1_epi32(8)), scales);
  for (int s = 0; s < 4; s++) {
    __m512i words = load_ahead(group + GROUP_SCALES + half * 64 + s * STEP_BYTES);
#pragma GCC unroll 4
    for (int pair = 0; pair < 4; pair++) {
      __m512i w = scaled(pair_of_int4(table, words, pair), low, high);
      _mm512_store_si512(to + (4 * s + pair) * STEP_BYTES + half * 64, w);
    }
  }
}

void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, uint8_t *to) {
  for (int64_t k = 0; k < count; k += GROUP, strip += GROUP_BYTES, to += GROUP / 2 * STEP_BYTES) {
    widen_half(strip, 0, to);
    widen_half(strip, 1, to);
  }
}

#endif
