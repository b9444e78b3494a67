// What the decodes with bf16 and int8 products share: a lane is a query row.

#ifndef MLA4J_LATENT_NARROW_H
#define MLA4J_LATENT_NARROW_H

// The interleaved values of a tile's tokens stay in the second-level cache; with AMX, whose file says
// how many tokens it DECODES_IN_TILES of, the tokens themselves.
#if defined(DECODES_IN_TILES)
enum { IN_TILES = 1, TILE = DECODES_IN_TILES, TOKENS_AT_ONCE = 32 };
#else
enum { IN_TILES = 0, TILE = 132, TOKENS_AT_ONCE = 12 };  // with two groups of rows, 24 sums
#endif

enum { LINE = 64 };

#include "latent_tile.h"

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

// Scales scores and hides those that a row must not see; returns the highest of each row.
static inline vec scale_and_hide(const struct tile *tile, const int32_t *visible, int64_t first,
                                 int count, vec scale, float *scores) {
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
