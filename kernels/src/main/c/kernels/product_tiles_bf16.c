// Tiles of up to 12 rows and 32 channels, with their sums in registers. A step loads two vectors
// of weights and broadcasts a word of every row.

#if defined(__AVX512BF16__)

#include "product_bf16.h"

#define ROWS _Pragma("GCC unroll 12") for (int i = 0; i < rows; i++)

// `sum(acc, weights, broadcast)` is one instruction; vectors are kept as float32 or int32.
#define TILE(NAME, VECTOR, ZERO, LOAD, STORE, SUM) \
  INLINE void NAME(const struct tile *t, const int rows) { \
    const uint32_t *x = t->x; \
    const uint8_t *strip = t->strip; \
    VECTOR left[MOST_ROWS], right[MOST_ROWS]; \
    ROWS { \
      left[i] = t->begins ? ZERO() : LOAD(t->sums + i * PANEL); \
      right[i] = t->begins ? ZERO() : LOAD(t->sums + i * PANEL + LANES); \
    } \
    for (int64_t s = 0; s < t->words; s++, strip += STEP_BYTES, x += rows) { \
      __m512i a = _mm512_load_si512(strip); \
      __m512i b = _mm512_load_si512(strip + 64); \
      if (rows <= FEW_ROWS) { \
        ask_ahead(strip); \
        ask_ahead(strip + 64); \
      } \
      ROWS { \
        __m512i y = _mm512_set1_epi32((int32_t)x[i]); \
        left[i] = SUM(left[i], a, y); \
        right[i] = SUM(right[i], b, y); \
      } \
    } \
    ROWS { \
      STORE(t->sums + i * PANEL, left[i]); \
      STORE(t->sums + i * PANEL + LANES, right[i]); \
    } \
  }

#define SUM_FLOAT32(sum, w, y) _mm512_fmadd_ps((__m512)(w), (__m512)(y), sum)
#define SUM_BF16(sum, w, y) dot(sum, w, y)
// The activations carry an offset of 128, as the first operand is unsigned.
#define SUM_INT8(sum, w, y) _mm512_dpbusd_epi32(sum, y, w)

TILE(tile_float32, __m512, _mm512_setzero_ps, _mm512_load_ps, _mm512_store_ps, SUM_FLOAT32)
TILE(tile_bf16, __m512, _mm512_setzero_ps, _mm512_load_ps, _mm512_store_ps, SUM_BF16)
TILE(tile_int8, __m512i, _mm512_setzero_si512, _mm512_load_si512, _mm512_store_si512, SUM_INT8)

void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows) {
#define CALL(n) tile_float32(t, n)
  FOR_ROWS(rows, CALL)
#undef CALL
}

void INTERNAL(product_tile_bf16)(const struct tile *t, int64_t rows) {
#define CALL(n) tile_bf16(t, n)
  FOR_ROWS(rows, CALL)
#undef CALL
}

void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows) {
#define CALL(n) tile_int8(t, n)
  FOR_ROWS(rows, CALL)
#undef CALL
}

#endif
