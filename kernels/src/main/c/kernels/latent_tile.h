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

static inline void no_tokens(const uint8_t *zeros, struct tile *tile) {
  for (int t = 0; t < TILE; t++) {
    tile->token[t] = zeros;
    tile->present[t] = 0;
  }
}

static inline int in_block(const struct latent_decode_job *job, const uint8_t *cache, int32_t block,
                           int64_t at, struct tile *tile, int t) {
  if (block < 0 || block >= job->blocks) {
    return 0;
  }
  tile->token[t] = cache + block * job->block_bytes + at * job->token_bytes;
  tile->present[t] = 1;
  return 1;
}

static inline int find_listed(const struct latent_decode_job *job, const uint8_t *cache,
                              const int32_t *positions, int64_t first, int count,
                              struct tile *tile) {
  uint32_t block_tokens = (uint32_t)job->block_tokens;
  for (int t = 0; t < count; t++) {
    int32_t at = positions[first + t];
    if (at >= 0 && !in_block(job, cache, (int32_t)((uint32_t)at / block_tokens),
                             (uint32_t)at % block_tokens, tile, t)) {
      return 0;
    }
  }
  return 1;
}

static inline int find_run(const struct latent_decode_job *job, const uint8_t *cache,
                           const int32_t *positions, int64_t first, int count,
                           struct tile *tile) {
  int64_t block = first / job->block_tokens, at = first % job->block_tokens;
  for (int t = 0; t < count; t++) {
    if (!in_block(job, cache, positions[block], at, tile, t)) {
      return 0;
    }
    if (++at == job->block_tokens) {
      at = 0;
      block++;
    }
  }
  return 1;
}

// Where the tokens of the tile from `first` on lie; none from job->to on. Returns 0 where one lies
// outside the cache.
static inline int find_tokens(const struct latent_decode_job *job, const uint8_t *cache,
                              const int32_t *positions, const uint8_t *zeros, int64_t first,
                              struct tile *tile) {
  no_tokens(zeros, tile);
  int64_t left = job->to - first;
  int count = left <= 0 ? 0 : left < TILE ? (int)left : TILE;
  return job->sparse ? find_listed(job, cache, positions, first, count, tile)
                     : find_run(job, cache, positions, first, count, tile);
}

enum { LINE = 64 };

// Asks for a line of each of 12 tokens, to be in the second-level cache when their tile's turn
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
