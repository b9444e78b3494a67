// What the decodes over caches of different formats share: where tokens lie and who sees what. A
// lane is a query row.

#ifndef MLA4J_LATENT_TILE_H
#define MLA4J_LATENT_TILE_H

#include <immintrin.h>
#include <string.h>

#include "latent_decode.h"
#include "row_softmax.h"

enum {
  TILE = 132,           // tokens a tile: their interleaved values stay in the second-level cache
  TOKENS_AT_ONCE = 12,  // with two groups of rows, 24 sums
};

struct tile {
  const uint8_t *token[TILE];
  uint8_t present[TILE];
};

// Where the tokens of a tile lie. Returns 0 where one lies outside the cache.
static inline int find_tokens(const struct latent_decode_job *job, const uint8_t *cache,
                       const int32_t *positions, const uint8_t *zeros, int64_t first, int count,
                       struct tile *tile) {
  for (int t = 0; t < TILE; t++) {
    tile->token[t] = zeros;
    tile->present[t] = 0;
  }
  for (int t = 0; t < count; t++) {
    int64_t at = first + t;
    if (job->sparse) {
      at = positions[at];
      if (at < 0) {
        continue;
      }
    }
    int64_t block = at / job->block_tokens;
    int64_t in_block = at % job->block_tokens;
    if (!job->sparse) {
      block = positions[block];
    }
    if (block < 0 || block >= job->blocks) {
      return 0;
    }
    tile->token[t] = cache + block * job->block_bytes + in_block * job->token_bytes;
    tile->present[t] = 1;
  }
  return 1;
}

// Hides the scores that a row must not see; returns the highest of each row.
static inline __m512 hide(const struct tile *tile, __m512i visible, int64_t first, int count,
                          float *scores) {
  const __m512 hidden = _mm512_set1_ps(-__builtin_inff());
  __m512 highest = hidden;
  for (int t = 0; t < count; t++) {
    __m512i at = _mm512_set1_epi32((int32_t)(first + t));
    __mmask16 seen = tile->present[t] ? _mm512_cmplt_epi32_mask(at, visible) : 0;
    __m512 s = _mm512_mask_mov_ps(hidden, seen, _mm512_load_ps(scores + t * LANES));
    _mm512_store_ps(scores + t * LANES, s);
    highest = _mm512_max_ps(highest, s);
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

static inline void write_rows(const struct latent_decode_job *job,
                              const struct group_state *state, float *out) {
  int64_t rows = job->query_tokens * job->heads;
  float *highest = out + rows * job->value_width;
  for (int64_t r = 0; r < rows; r++) {
    highest[r] = state[r / LANES].highest[r % LANES];
    highest[rows + r] = state[r / LANES].total[r % LANES];
  }
}

#endif
