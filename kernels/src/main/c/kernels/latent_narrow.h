// What the decodes with bf16 and int8 products share: a lane is a query row.

#ifndef MLA4J_LATENT_NARROW_H
#define MLA4J_LATENT_NARROW_H

// The interleaved values of a tile's tokens stay in the second-level cache; with AMX, whose file says
// how many tokens it DECODES_IN_TILES of, the tokens themselves.
#if defined(DECODES_IN_TILES)
enum { IN_TILES = 1, TILE = DECODES_IN_TILES };
#else
enum { IN_TILES = 0, TILE = 132, TOKENS_AT_ONCE = 12 };  // with two groups of rows, 24 sums
#endif

enum { LINE = 64 };

#include "latent_tile.h"

#if !defined(DECODES_IN_TILES)
// Asks for a line of each of some tokens, to be in the second-level cache when their tile's turn
// comes: the processor itself follows one token only when it is read.
static inline void prefetch_lines(const uint8_t *const *token, int64_t offset) {
  for (int i = 0; i < TOKENS_AT_ONCE; i++) {
    __builtin_prefetch(token[i] + offset, 0, 2);
  }
}

// A tile that nothing runs ahead of.
static inline void prefetch_tile(const struct latent_decode_job *job, const struct tile *tile) {
  for (int t = 0; t < TILE; t += TOKENS_AT_ONCE) {
    for (int64_t at = 0; at < job->token_bytes; at += LINE) {
      prefetch_lines(tile->token + t, at);
    }
  }
}
#endif

// Whether every row sees all of a tile's tokens.
static inline int sees_all(const struct tile *tile, const int32_t *visible, int64_t first, int count) {
  for (int i = 0; i < LANES; i++) {
    if (visible[i] < first + count) {
      return 0;
    }
  }
  return memchr(tile->present, 0, count) == 0;
}

// Scales scores and hides those that a row must not see; returns the highest of each row.
static inline vec hide(const struct tile *tile, const int32_t *visible, int64_t first, int count,
                       vec scale, float *scores) {
  ivec limit;
  memcpy(&limit, visible, sizeof limit);
  const vec hidden = all(-__builtin_inff());
  vec highest = hidden;
  for (int t = 0; t < count; t++) {
    ivec seen = limit > (int32_t)(tile->present[t] ? first + t : INT32_MAX);
    vec s = blend(seen, load(scores + t * LANES) * scale, hidden);
    store(scores + t * LANES, s);
    highest = max_of(s, highest);
  }
  return highest;
}

// As hide, in fewer instructions where every row sees all.
static inline vec scale_and_hide(const struct tile *tile, const int32_t *visible, int64_t first,
                                 int count, vec scale, float *scores) {
  if (!sees_all(tile, visible, first, count)) {
    return hide(tile, visible, first, count, scale, scores);
  }
  vec highest = all(-__builtin_inff());
  for (int t = 0; t < count; t++) {
    vec s = load(scores + t * LANES) * scale;
    store(scores + t * LANES, s);
    highest = max_of(s, highest);
  }
  return highest;
}

// As weight_of. With tiles in fewer instructions and an error of up to 1.5e-7: scalef rounds down
// itself.
INLINE vec weight_of_score(const float *score, vec base) {
#if defined(DECODES_IN_TILES)
  vec x = load(score) - base;
  vec r = (vec)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  vec p = r * 0.0018775766948238015f + 0.00898933969438076f;
  p = p * r + 0.05582631751894951f;
  p = p * r + 0.24015361070632935f;
  p = p * r + 0.6931530833244324f;
  p = p * r + 0.9999999403953552f;
  return unless_below(x, -126, (vec)_mm512_scalef_ps((__m512)p, (__m512)x));
#else
  return weight_of(score, base);
#endif
}

// Rows of the first query token come first and see least.
static inline void begin_rows(const struct latent_decode_job *job, int64_t groups,
                              struct group_state *state, int32_t *visible) {
  for (int64_t g = 0; g < groups; g++) {
    begin_softmax(state + g);
  }
  for (int64_t r = 0; r < groups * LANES; r++) {
    int64_t seen = job->visible + r / job->heads * job->visible_step;
    visible[r] = (int32_t)(seen > INT32_MAX ? INT32_MAX : seen);
  }
}

#endif
