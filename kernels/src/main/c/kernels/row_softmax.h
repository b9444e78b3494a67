// A softmax over keys that arrive in tiles, for 16 rows of queries at once: a lane is a row. And how
// working memory is cut up.

#ifndef MLA4J_ROW_SOFTMAX_H
#define MLA4J_ROW_SOFTMAX_H

#include <immintrin.h>
#include <stdint.h>

enum { LANES = 16 };

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static inline int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static inline uint8_t *take(uint8_t **at, int64_t bytes) {
  uint8_t *taken = *at;
  *at += aligned(bytes);
  return taken;
}

// 2^x for x <= 0.
static inline __m512 exp2_of(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-150));
  __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_sub_ps(x, whole);
  __m512 p = _mm512_set1_ps(1.535336188319500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.339887440266574e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.618437357674640e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.550332471162809e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.402264791363012e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.931472028550421e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, whole);
}

// What the softmax of a group of 16 rows has seen so far.
struct group_state {
  float highest[LANES];
  float total[LANES];
  float shrink[LANES];  // what the sums so far are multiplied with
} __attribute__((aligned(64)));

static inline void begin_softmax(struct group_state *state) {
  _mm512_store_ps(state->highest, _mm512_set1_ps(-__builtin_inff()));
  _mm512_store_ps(state->total, _mm512_setzero_ps());
}

// The exponential of a score less the base. A score far below the highest weighs nothing, rather
// than a denormal.
static inline __m512 weight_of_difference(__m512 x) {
  __mmask16 counts = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-126), _CMP_GE_OQ);
  return _mm512_maskz_mov_ps(counts, exp2_of(x));
}

static inline __m512 weight_of(const float *scores, __m512 base) {
  return weight_of_difference(_mm512_sub_ps(_mm512_load_ps(scores), base));
}

// Takes in the highest scores of a tile; returns what its scores are relative to.
static inline __m512 rebase(struct group_state *state, __m512 tile_highest) {
  __m512 before = _mm512_load_ps(state->highest);
  __m512 highest = _mm512_max_ps(before, tile_highest);
  // A row that has seen nothing yet subtracts 0: its scores are all -inf and weigh nothing.
  __mmask16 some = _mm512_cmp_ps_mask(highest, _mm512_set1_ps(-__builtin_inff()), _CMP_NEQ_UQ);
  __m512 base = _mm512_maskz_mov_ps(some, highest);
  __m512 shrink = _mm512_maskz_mov_ps(some, exp2_of(_mm512_sub_ps(before, base)));
  _mm512_store_ps(state->highest, highest);
  _mm512_store_ps(state->shrink, shrink);
  _mm512_store_ps(state->total, _mm512_mul_ps(_mm512_load_ps(state->total), shrink));
  return base;
}

#endif
