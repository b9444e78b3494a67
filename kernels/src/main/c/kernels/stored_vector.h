// Reads rows of float32 or bf16 as float32 vectors. A chunk is what one vector holds of a row. One of
// bf16 makes two vectors, first the elements of even places and then those of odd ones, so that
// nothing moves across lanes: whatever is multiplied with them is put into that order beforehand.

#ifndef MLA4J_STORED_VECTOR_H
#define MLA4J_STORED_VECTOR_H

#include "bf16.h"
#include "vector.h"

enum { MOST_HALVES = 2 };

// Vectors of a chunk.
INLINE int halves_of(int bf16) { return bf16 ? 2 : 1; }

// Elements of a chunk.
INLINE int64_t chunk_of(int bf16) { return (int64_t)halves_of(bf16) * LANES; }

INLINE void split_pairs(ivec pairs, vec *x) {
  x[0] = (vec)(pairs << 16);
  x[1] = (vec)(pairs & (int32_t)0xffff0000);
}

INLINE void load_chunk(int bf16, const uint8_t *from, vec *x) {
  if (bf16) {
    ivec pairs;
    memcpy(&pairs, from, sizeof pairs);
    split_pairs(pairs, x);
  } else {
    memcpy(x, from, sizeof *x);
  }
}

// The first `count` elements of a chunk, zeros behind them; nothing else is read.
INLINE void load_chunk_part(int bf16, const uint8_t *from, int64_t count, vec *x) {
  if (!bf16) {
    x[0] = load_part((const float *)from, count);
    return;
  }
#if defined(__AVX512BW__)
  ivec pairs = (ivec)_mm512_maskz_loadu_epi16((__mmask32)(((uint64_t)1 << count) - 1), from);
#else
  ivec pairs = {0};
  memcpy(&pairs, from, count * 2);
#endif
  split_pairs(pairs, x);
}

// Where element i of a row stands in the order of its chunks.
INLINE int64_t place_in_chunks(int bf16, int64_t i) {
  if (!bf16) {
    return i;
  }
  int64_t chunk = i / (2 * LANES), at = i % (2 * LANES);
  return chunk * 2 * LANES + at % 2 * LANES + at / 2;
}

#endif
