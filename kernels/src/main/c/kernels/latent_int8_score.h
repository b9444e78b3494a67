// Scores with dot products: 16 rows are the lanes, and four neighbouring elements of a key are broadcast.

#ifndef MLA4J_LATENT_INT8_SCORE_H
#define MLA4J_LATENT_INT8_SCORE_H

#include "latent_int8.h"

static inline __m512i quad_of(const uint8_t *token, int64_t step) {
  int32_t quad;
  memcpy(&quad, token + 4 * step, 4);
  return _mm512_set1_epi32(quad);
}

// The score of one part of a token, from the sum of products with the offset.
static inline __m512 part_score(__m512i sum, struct footer footer, int part,
                                const float *query_scale) {
  __m512i exact = _mm512_sub_epi32(sum, _mm512_set1_epi32(footer.sum[part] * OFFSET));
  __m512 scale = _mm512_mul_ps(_mm512_load_ps(query_scale + part * LANES),
                               _mm512_set1_ps(footer.scale[part]));
  return _mm512_mul_ps(_mm512_cvtepi32_ps(exact), scale);
}

// The steps whose quads are a line of a token.
enum { STEPS_A_LINE = LINE / 4 };

#define EACH_TOKEN(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

// Adds one part of the scores of 12 tokens and two groups of rows. The last groups to read a tile
// ask for the next.
static void score_two(const struct latent_decode_job *job, const struct work *w, int64_t group,
                      int first, int part) {
  int64_t steps = w->steps[part], all = w->steps[0] + w->steps[1];
  const lanes_of_quads *left = w->packed + group * all + (part ? w->steps[0] : 0);
  const lanes_of_quads *right = left + all;
  int64_t skip = part ? job->value_width : 0;
#define DECLARE(i) \
  const uint8_t *k##i = w->tile.token[first + i] + skip; \
  __m512i a##i = _mm512_setzero_si512(), b##i = _mm512_setzero_si512();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  int last = group + 2 >= w->groups;
  for (int64_t line = 0; line < steps; line += STEPS_A_LINE) {
    if (last) {
      prefetch_lines(w->ahead.token + first, skip + 4 * line);
    }
    int64_t end = line + STEPS_A_LINE < steps ? line + STEPS_A_LINE : steps;
    for (int64_t s = line; s < end; s++) {
      __m512i x = _mm512_load_si512(left[s]);
      __m512i y = _mm512_load_si512(right[s]);
#define STEP(i) \
  { \
    __m512i k = quad_of(k##i, s); \
    a##i = _mm512_dpbusd_epi32(a##i, x, k); \
    b##i = _mm512_dpbusd_epi32(b##i, y, k); \
  }
      EACH_TOKEN(STEP)
#undef STEP
    }
  }
  if (last && part) {
    prefetch_lines(w->ahead.token + first, job->width);
  }
  const float *scale = w->query_scale + group * PARTS * LANES;
#define STORE(i) \
  { \
    struct footer f = footer_of(job, k##i - skip); \
    float *to = w->scores + (first + i) * LANES; \
    __m512 x = part_score(a##i, f, part, scale); \
    __m512 y = part_score(b##i, f, part, scale + PARTS * LANES); \
    if (part) { \
      x = _mm512_add_ps(x, _mm512_load_ps(to)); \
      y = _mm512_add_ps(y, _mm512_load_ps(to + TILE * LANES)); \
    } \
    _mm512_store_ps(to, x); \
    _mm512_store_ps(to + TILE * LANES, y); \
  }
  EACH_TOKEN(STORE)
#undef STORE
}

// As score_two, for one group.
static void score_one(const struct latent_decode_job *job, const struct work *w, int64_t group,
                      int first, int part) {
  int64_t steps = w->steps[part];
  const lanes_of_quads *left = w->packed + group * (w->steps[0] + w->steps[1]) + (part ? w->steps[0] : 0);
  int64_t skip = part ? job->value_width : 0;
#define DECLARE(i) \
  const uint8_t *k##i = w->tile.token[first + i] + skip; \
  __m512i a##i = _mm512_setzero_si512();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  for (int64_t line = 0; line < steps; line += STEPS_A_LINE) {
    prefetch_lines(w->ahead.token + first, skip + 4 * line);
    int64_t end = line + STEPS_A_LINE < steps ? line + STEPS_A_LINE : steps;
    for (int64_t s = line; s < end; s++) {
      __m512i x = _mm512_load_si512(left[s]);
#define STEP(i) a##i = _mm512_dpbusd_epi32(a##i, x, quad_of(k##i, s));
      EACH_TOKEN(STEP)
#undef STEP
    }
  }
  if (part) {
    prefetch_lines(w->ahead.token + first, job->width);
  }
  const float *scale = w->query_scale + group * PARTS * LANES;
#define STORE(i) \
  { \
    float *to = w->scores + (first + i) * LANES; \
    __m512 x = part_score(a##i, footer_of(job, k##i - skip), part, scale); \
    _mm512_store_ps(to, part ? _mm512_add_ps(x, _mm512_load_ps(to)) : x); \
  }
  EACH_TOKEN(STORE)
#undef STORE
}

#endif
