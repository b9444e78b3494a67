// Queries as bytes, four elements of a row side by side.

#ifndef MLA4J_LATENT_INT8_QUERY_H
#define MLA4J_LATENT_INT8_QUERY_H

#include "bf16.h"
#include "latent_int8.h"

static float query_at(const struct latent_decode_job *job, const void *query, int64_t at) {
  return job->query_float ? ((const float *)query)[at]
                          : float_of_bf16(((const uint16_t *)query)[at]);
}

// One part of a query row to bytes from -127 to 127, stored OFFSET higher; returns their scale. It is
// NaN, and the bytes stay zeros, where an element is not finite.
static float pack_part(const struct latent_decode_job *job, const void *query, int64_t at,
                       int64_t count, uint8_t *to) {
  float largest = 0;
  for (int64_t i = 0; i < count; i++) {
    float size = __builtin_fabsf(query_at(job, query, at + i));
    if (!(size <= __FLT_MAX__)) {
      return __builtin_nanf("");
    }
    largest = size > largest ? size : largest;
  }
  float inverse = largest > 0 ? 127 / largest : 0;
  for (int64_t i = 0; i < count; i++) {
    int rounded = (int)__builtin_rintf(query_at(job, query, at + i) * inverse);
    to[i / 4 * (LANES * 4) + i % 4] = (uint8_t)(rounded + OFFSET);
  }
  return largest / 127;
}

static void pack_query(const struct latent_decode_job *job, const void *query, struct work *w) {
  int64_t steps = w->steps[0] + w->steps[1];
  memset(w->packed, OFFSET, w->groups * steps * sizeof *w->packed);
  memset(w->query_scale, 0, w->rows * PARTS * 4);
  for (int64_t r = 0; r < job->query_tokens * job->heads; r++) {
    int64_t at = r / job->heads * job->query_token + r % job->heads * job->width;
    uint8_t *to = (uint8_t *)(w->packed + r / LANES * steps) + r % LANES * 4;
    float *scale = w->query_scale + r / LANES * PARTS * LANES + r % LANES;
    scale[0] = pack_part(job, query, at, job->value_width, to);
    scale[LANES] = pack_part(job, query, at + job->value_width, job->width - job->value_width,
                             to + w->steps[0] * LANES * 4);
  }
}

#endif
