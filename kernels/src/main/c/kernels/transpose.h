// Turns 16 rows of 16 words into columns.

#ifndef MLA4J_TRANSPOSE_H
#define MLA4J_TRANSPOSE_H

#include <immintrin.h>
#include <string.h>

#include "vector.h"

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

// Turns squares of rows in place, with zeros in the rows that the last one has not.
INLINE void turn(uint32_t (*rows)[LANES], int64_t count) {
  int64_t all = (count + LANES - 1) / LANES * LANES;
  memset(rows + count, 0, (all - count) * sizeof *rows);
  for (int64_t r = 0; r < all; r += LANES) {
    __m512i v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      v[i] = _mm512_load_si512(rows[r + i]);
    }
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      _mm512_store_si512(rows[r + column_of(i)], v[i]);
    }
  }
}

#endif
