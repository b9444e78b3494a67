// The indexer over bf16 keys: products with vdpbf16ps, float32 queries rounded to bf16.

#if defined(__AVX512BF16__)

#include <immintrin.h>
#include <stdint.h>

enum { UNIT = 2 };

#include "indexer_tile.h"

// Returns what the weight is multiplied with.
static float pack_query(const struct indexer_job *job, const void *query, int64_t at,
                        uint32_t *units) {
  uint16_t *to = (uint16_t *)units;
  units[ceil_div(job->width, UNIT) - 1] = 0;
  if (!job->query_float) {
    memcpy(to, (const uint16_t *)query + at, job->width * 2);
    return 1;
  }
  for (int64_t d = 0; d < job->width; d += LANES) {
    int64_t left = job->width - d;
    __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
    __m512 x = _mm512_maskz_loadu_ps(mask, (const float *)query + at + d);
    _mm256_mask_storeu_epi16(to + d, mask, (__m256i)_mm512_cvtneps_pbh(x));
  }
  return 1;
}

static void begin_panel(const struct indexer_job *job, struct work *w) {
  (void)job;
  (void)w;
}

#if defined(__AMX_BF16__)
static void multiply(const struct work *w, const uint32_t *queries, float *scores) {
  MULTIPLY_TILES(_tile_dpbf16ps, w, queries, scores);
}
#else
static void multiply(const struct work *w, const uint32_t *queries, float *to) {
  __m512 scores[HEADS_AT_ONCE][VECTORS];
  HEADS KEYS scores[h][v] = _mm512_setzero_ps();
  const uint32_t *panel = w->panel;
  for (int64_t s = 0; s < w->steps; s++, panel += PANEL, queries += HEADS_AT_ONCE) {
    __m512i keys[VECTORS];
    KEYS keys[v] = _mm512_load_si512(panel + v * LANES);
    HEADS {
      __m512i q = _mm512_set1_epi32((int32_t)queries[h]);
      KEYS scores[h][v] = _mm512_dpbf16_ps(scores[h][v], (__m512bh)keys[v], (__m512bh)q);
    }
  }
  HEADS KEYS _mm512_store_ps(to + h * PANEL + v * LANES, scores[h][v]);
}
#endif

static void heads_of_panel(const struct work *w, const uint32_t *queries, const float *weights,
                           int64_t heads, __m512 *sums) {
  float scores[HEADS_AT_ONCE * PANEL] __attribute__((aligned(64)));
  multiply(w, queries, scores);
  for (int64_t h = 0; h < heads; h++) {
    __m512 weight = _mm512_set1_ps(weights[h]);
    KEYS {
      __m512 score = _mm512_load_ps(scores + h * PANEL + v * LANES);
      score = _mm512_max_ps(_mm512_setzero_ps(), score);
      sums[v] = _mm512_fmadd_ps(weight, score, sums[v]);
    }
  }
}

static void scale_keys(const struct work *w, __m512 *sums) {
  (void)w;
  (void)sums;
}

int64_t KERNEL(indexer_bf16_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Writes the scores of the keys that each token sees and leaves the others as they are. Returns 0,
// or 1 where the table leads out of the cache.
//
// query    [query_tokens, heads, width]
// weights  [query_tokens, heads]
// cache    blocks of keys, [width] bf16 each
// table    the block of every run of block_keys keys
// memory   indexer_bf16_work bytes, 64-byte aligned
// out      where the first token's score of key 0 lies
int KERNEL(indexer_bf16)(const struct indexer_job *job, const void *query, const float *weights,
                         const uint8_t *cache, const int32_t *table, uint8_t *memory,
                         float *out) {
  return score(job, query, weights, cache, table, memory, out);
}

#endif
