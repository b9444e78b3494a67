// The indexer over int8 keys with a scale each: products with vpdpbusd. Queries are quantized to 8
// bits, each head's with a scale of its own that goes into its weight, and stored with an offset of
// 128, as the first operand is unsigned: what that adds too much is taken off the sums.

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
  for (int64_t d = 0; d < job->width; d += LANES) {
    int64_t left = job->width - d;
    __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
    largest = _mm512_max_ps(largest, _mm512_abs_ps(query_at(job, query, at + d, mask)));
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
  return most / 127;
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
  KEYS _mm512_store_si512(w->starts + v * LANES, _mm512_sub_epi32(_mm512_setzero_si512(), sums[v]));
}

#define EACH_HEAD(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

static inline __m512 weighted(__m512 sum, float weight, __m512i score, const int32_t *start) {
  score = _mm512_max_epi32(_mm512_add_epi32(score, _mm512_load_si512(start)),
                           _mm512_setzero_si512());
  return _mm512_fmadd_ps(_mm512_set1_ps(weight), _mm512_cvtepi32_ps(score), sum);
}

// Names for the sums and a loop within a loop, as gcc 12 writes them to memory in every step
// otherwise, which takes twice as long.
static void heads_of_panel(const struct work *w, const uint32_t *queries, const float *weights,
                           __m512 *sums) {
#define DECLARE(h) __m512i a##h = _mm512_setzero_si512(), b##h = a##h, c##h = a##h;
  EACH_HEAD(DECLARE)
#undef DECLARE
  const uint32_t *panel = w->panel;
  for (int64_t from = 0; from < w->steps; from += LANES) {
    int64_t end = from + LANES < w->steps ? from + LANES : w->steps;
    for (int64_t s = from; s < end; s++, panel += PANEL, queries += HEADS_AT_ONCE) {
      __m512i x = _mm512_load_si512(panel);
      __m512i y = _mm512_load_si512(panel + LANES);
      __m512i z = _mm512_load_si512(panel + 2 * LANES);
#define STEP(h) \
  { \
    __m512i q = _mm512_set1_epi32((int32_t)queries[h]); \
    a##h = _mm512_dpbusd_epi32(a##h, q, x); \
    b##h = _mm512_dpbusd_epi32(b##h, q, y); \
    c##h = _mm512_dpbusd_epi32(c##h, q, z); \
  }
      EACH_HEAD(STEP)
#undef STEP
    }
  }
#define ADD(h) \
  sums[0] = weighted(sums[0], weights[h], a##h, w->starts); \
  sums[1] = weighted(sums[1], weights[h], b##h, w->starts + LANES); \
  sums[2] = weighted(sums[2], weights[h], c##h, w->starts + 2 * LANES);
  EACH_HEAD(ADD)
#undef ADD
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
