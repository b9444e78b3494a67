// A softmax over keys that arrive in tiles, for as many rows of queries at once as a vector has lanes:
// a lane is a row. And how working memory is cut up.

#ifndef MLA4J_ROW_SOFTMAX_H
#define MLA4J_ROW_SOFTMAX_H

#include <stdint.h>

#include "vector.h"

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static inline int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static inline uint8_t *take(uint8_t **at, int64_t bytes) {
  uint8_t *taken = *at;
  *at += aligned(bytes);
  return taken;
}

// 2^x for x <= 0.
INLINE vec exp2_of(vec x) {
  vec bounded = max_of(all(-150), x);  // in this order NaN stays
  vec shifted = bounded + ROUNDER;
  vec r = bounded - (shifted - ROUNDER);
  vec p = r * 1.535336188319500e-4f + 1.339887440266574e-3f;
  p = p * r + 9.618437357674640e-3f;
  p = p * r + 5.550332471162809e-2f;
  p = p * r + 2.402264791363012e-1f;
  p = p * r + 6.931472028550421e-1f;
  p = p * r + 1.0f;
  return times_exp2(p, shifted);
}

// What the softmax of a group of rows has seen so far.
struct group_state {
  float highest[LANES];
  float total[LANES];
  float shrink[LANES];  // what the sums so far are multiplied with
} __attribute__((aligned(64)));

static inline void begin_softmax(struct group_state *state) {
  store(state->highest, all(-__builtin_inff()));
  store(state->total, all(0));
}

// The exponential of a score less the base. A score far below the highest weighs nothing, rather
// than a denormal.
INLINE vec weight_of_difference(vec x) { return unless_below(x, -126, exp2_of(x)); }

INLINE vec weight_of(const float *scores, vec base) {
  return weight_of_difference(load(scores) - base);
}

// Takes in the highest scores of a tile, none of them NaN: a score that is NaN is in the total and so
// in all that is divided by it. Returns what its scores are relative to.
INLINE vec rebase(struct group_state *state, vec tile_highest) {
  vec before = load(state->highest);
  vec highest = max_of(before, tile_highest);
  // A row that has seen nothing yet subtracts 0: its scores are all -inf and weigh nothing.
  ivec some = highest != -__builtin_inff();
  vec base = (vec)(some & (ivec)highest);
  vec shrink = (vec)(some & (ivec)exp2_of(before - base));
  store(state->highest, highest);
  store(state->shrink, shrink);
  store(state->total, load(state->total) * shrink);
  return base;
}

#endif
