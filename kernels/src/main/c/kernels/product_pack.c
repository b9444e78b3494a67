// Copies activations so that a step's words of a tile's rows lie side by side, in the type that
// the weights ask for.

#include "product.h"

INLINE __mmask16 first_of(int64_t count) {
  return count >= LANES ? 0xffff : (__mmask16)((1u << (count < 0 ? 0 : count)) - 1);
}

INLINE __m512 floats_from_bf16(__mmask16 mask, const uint16_t *from) {
  return (__m512)_mm512_slli_epi32(
      _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from)), 16);
}

INLINE __m512i words_of_int8(const uint8_t *x, int64_t left) {
  __mmask64 mask = left >= 64 ? ~0ull : (1ull << left) - 1;
  return _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, x), _mm512_set1_epi8((char)0x80));
}

INLINE __m512i pairs_of_float32(const float *x, int64_t left) {
  __m512 low = _mm512_maskz_loadu_ps(first_of(left), x);
  __m512 high = _mm512_maskz_loadu_ps(first_of(left - LANES), x + LANES);
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

INLINE __m512i pairs_of_bf16(const uint16_t *x, int64_t left) {
  return _mm512_maskz_loadu_epi16(left >= 32 ? ~0u : (1u << left) - 1, x);
}

// 16 words of a row from element k on; what lies behind its end is 0.
static __m512i words(const struct product_job *job, const uint8_t *row, int64_t k) {
  int64_t left = job->depth - k < 0 ? 0 : job->depth - k;
  k = left ? k : 0;
  if (job->element == INT8) {
    return words_of_int8(row + k, left);
  }
  if (job->format == FLOAT32) {
    return job->element == FLOAT32
               ? _mm512_maskz_loadu_epi32(first_of(left), (const float *)row + k)
               : (__m512i)floats_from_bf16(first_of(left), (const uint16_t *)row + k);
  }
  return job->element == FLOAT32 ? pairs_of_float32((const float *)row + k, left)
                                 : pairs_of_bf16((const uint16_t *)row + k, left);
}

#define PAIR_UP(LOW, HIGH, DISTANCE) \
  _Pragma("GCC unroll 16") for (int i = 0; i < LANES; i++) { \
    if (!(i & DISTANCE)) { \
      __m512i a = v[i], b = v[i + DISTANCE]; \
      v[i] = LOW(a, b); \
      v[i + DISTANCE] = HIGH(a, b); \
    } \
  }
#define EVEN_QUARTERS(a, b) _mm512_shuffle_i32x4(a, b, 0x88)
#define ODD_QUARTERS(a, b) _mm512_shuffle_i32x4(a, b, 0xdd)

// v[i] becomes column order[i] of what v held as rows.
INLINE void transpose(__m512i *v) {
  PAIR_UP(_mm512_unpacklo_epi32, _mm512_unpackhi_epi32, 1)
  PAIR_UP(_mm512_unpacklo_epi64, _mm512_unpackhi_epi64, 2)
  PAIR_UP(EVEN_QUARTERS, ODD_QUARTERS, 4)
  PAIR_UP(EVEN_QUARTERS, ODD_QUARTERS, 8)
}

// Unpack puts columns 0 and 1 of every quarter first, quarters go to bits 2 and 3.
INLINE int column_of(int i) {
  return (i & 1) << 1 | (i & 2) >> 1 | (i & 12);
}

static void pack_tile(const struct product_job *job, const uint8_t *x, int64_t row_bytes,
                      int64_t first, int64_t rows, int64_t steps, int64_t step_elements,
                      uint32_t *to) {
  __mmask16 used = first_of(rows);
  for (int64_t s = 0; s < steps; s += LANES) {
    int64_t count = steps - s < LANES ? steps - s : LANES;
    __m512i v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      v[i] = i < rows ? words(job, x + i * row_bytes, first + s * step_elements)
                      : _mm512_setzero_si512();
    }
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      int c = column_of(i);
      if (c < count) {
        _mm512_mask_storeu_epi32(to + (s + c) * rows, used, v[i]);
      }
    }
  }
}

static void pack_row(const struct product_job *job, const uint8_t *x, int64_t first, int64_t steps,
                     int64_t step_elements, uint32_t *to) {
  for (int64_t s = 0; s < steps; s += LANES) {
    __m512i v = words(job, x, first + s * step_elements);
    _mm512_mask_storeu_epi32(to + s, first_of(steps - s), v);
  }
}

void INTERNAL(product_pack)(const struct product *p, int64_t first, int64_t steps) {
  const struct product_job *job = &p->job;
  int64_t rows = job->row_to - job->row_from;
  int64_t tiles = (rows + MOST_ROWS - 1) / MOST_ROWS;
  int64_t step_elements = job->format == FLOAT32 ? 1 : job->element == INT8 ? 4 : 2;
  int64_t element_bytes = job->element == FLOAT32 ? 4 : job->element == BFLOAT16 ? 2 : 1;
  int64_t row_bytes = job->depth * element_bytes;
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(rows, tiles, i);
    int64_t count = tile_start(rows, tiles, i + 1) - row;
    const uint8_t *x = p->x + (job->row_from + row) * row_bytes;
    uint32_t *to = p->packed + row * steps;
    if (count == 1) {
      pack_row(job, x, first, steps, step_elements, to);
    } else {
      pack_tile(job, x, row_bytes, first, count, steps, step_elements, to);
    }
  }
}
