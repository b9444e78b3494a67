// The indexer over int8 keys with a scale each: products with vpdpbusd. Queries are quantized to 8
// bits, each head's with a scale of its own that goes into its weight, and stored with an offset of
// 128, as the first operand is unsigned: sums start with what that adds too much.

#if defined(__AVX512BF16__)

#include <immintrin.h>
#include <stdint.h>

enum { UNIT = 4 };

#include "indexer_tile.h"

static inline __m512 query_at(const struct indexer_job *job, const void *query, int64_t at,
                              __mmask16 mask) {
  if (job->query_float) {
    return _mm512_maskz_loadu_ps(mask, (const float *)query + at);
  }
  __m256i half = _mm256_maskz_loadu_epi16(mask, (const uint16_t *)query + at);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

// Returns what the weight is multiplied with.
static float pack_query(const struct indexer_job *job, const void *query, int64_t at,
                        uint32_t *units) {
  __m512 largest = _mm512_setzero_ps();
  __mmask16 not_finite = 0;
  for (int64_t d = 0; d < job->width; d += LANES) {
    int64_t left = job->width - d;
    __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
    __m512 size = _mm512_abs_ps(query_at(job, query, at + d, mask));
    not_finite |= _mm512_cmp_ps_mask(size, _mm512_set1_ps(__FLT_MAX__), _CMP_NLE_UQ);
    largest = _mm512_max_ps(size, largest);
  }
  float most = _mm512_reduce_max_ps(largest);
  __m512 inverse = _mm512_set1_ps(most > 0 ? 127 / most : 0);
  for (int64_t d = 0; d < job->width; d += LANES) {
    int64_t left = job->width - d;
    __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
    __m512i x = _mm512_cvtps_epi32(_mm512_mul_ps(query_at(job, query, at + d, mask), inverse));
    __m128i bytes = _mm512_cvtepi32_epi8(_mm512_add_epi32(x, _mm512_set1_epi32(128)));
    _mm_store_si128((__m128i *)((uint8_t *)units + d), bytes);  // keys are 0 behind the width
  }
  return not_finite ? __builtin_nanf("") : most / 127;
}

static void begin_panel(const struct indexer_job *job, struct work *w) {
  for (int i = 0; i < PANEL; i++) {
    w->scales[i] = 0;
    if (w->keys[i]) {
      memcpy(w->scales + i, w->keys[i] + job->width, 4);
    }
  }
  __m512i sums[VECTORS];
  KEYS sums[v] = _mm512_setzero_si512();
  for (int64_t s = 0; s < w->steps; s++) {
    KEYS sums[v] = _mm512_dpbusd_epi32(sums[v], _mm512_set1_epi8((char)128),
                                       _mm512_load_si512(w->panel + s * PANEL + v * LANES));
  }
  KEYS _mm512_store_si512(w->offsets + v * LANES, sums[v]);
}

#if defined(__AMX_BF16__)
static void multiply(const struct work *w, const uint32_t *queries, int32_t *scores) {
  MULTIPLY_TILES(_tile_dpbusd, w, queries, scores);
}
#else
static void multiply(const struct work *w, const uint32_t *queries, int32_t *to) {
  ivec scores[HEADS_AT_ONCE][VECTORS];  // not __m512i, which may alias and would stay in memory
  HEADS KEYS scores[h][v] = (ivec){0};
  const uint32_t *panel = w->panel;
  for (int64_t s = 0; s < w->steps; s++, panel += PANEL, queries += HEADS_AT_ONCE) {
    __m512i keys[VECTORS];
    KEYS keys[v] = _mm512_load_si512(panel + v * LANES);
    HEADS {
      __m512i q = _mm512_set1_epi32((int32_t)queries[h]);
      KEYS scores[h][v] = (ivec)_mm512_dpbusd_epi32((__m512i)scores[h][v], q, keys[v]);
    }
  }
  HEADS KEYS _mm512_store_si512(to + h * PANEL + v * LANES, (__m512i)scores[h][v]);
}
#endif

static void heads_of_panel(const struct work *w, const uint32_t *queries, const float *weights,
                           int64_t heads, __m512 *sums) {
  int32_t scores[HEADS_AT_ONCE * PANEL] __attribute__((aligned(64)));
  __m512i offsets[VECTORS];
  KEYS offsets[v] = _mm512_load_si512(w->offsets + v * LANES);
  multiply(w, queries, scores);
  for (int64_t h = 0; h < heads; h++) {
    __m512 weight = _mm512_set1_ps(weights[h]);
    KEYS {
      __m512i score_of = _mm512_load_si512(scores + h * PANEL + v * LANES);
      __m512i sum = _mm512_sub_epi32(score_of, offsets[v]);
      __m512 score = _mm512_cvtepi32_ps(_mm512_max_epi32(sum, _mm512_setzero_si512()));
      sums[v] = _mm512_fmadd_ps(weight, score, sums[v]);
    }
  }
}

// The scale of a key lies behind its elements. It is not less than 0, so that it can wait until
// the heads are summed up.
static void scale_keys(const struct work *w, __m512 *sums) {
  KEYS sums[v] = _mm512_mul_ps(sums[v], _mm512_load_ps(w->scales + v * LANES));
}

int64_t KERNEL(indexer_int8_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As indexer_bf16, over keys of [width] int8 and a float32 scale.
int KERNEL(indexer_int8)(const struct indexer_job *job, const void *query, const float *weights,
                         const uint8_t *cache, const int32_t *table, uint8_t *memory,
                         float *out) {
  return score(job, query, weights, cache, table, memory, out);
}

#endif
