// What the decodes over caches of different formats share: where tokens lie and what comes out. The
// including file has said how many tokens a TILE has.

#ifndef MLA4J_LATENT_TILE_H
#define MLA4J_LATENT_TILE_H

#include <string.h>

#include "latent_decode.h"
#include "row_softmax.h"

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

static inline void write_rows(const struct latent_decode_job *job,
                              const struct group_state *state, float *out) {
  int64_t rows = job->query_tokens * job->heads;
  float *highest = out + rows * job->value_width;
  for (int64_t r = 0; r < rows; r++) {
    float total = state[r / LANES].total[r % LANES];
    // A row without a number as its score has not seen nothing.
    highest[r] = total != total ? total : state[r / LANES].highest[r % LANES];
    highest[rows + r] = total;
  }
}

#endif
