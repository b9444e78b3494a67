// Values with dot products: 16 columns are the lanes, and the weights of four neighbouring tokens are
// broadcast.

#ifndef MLA4J_LATENT_INT8_VALUE_H
#define MLA4J_LATENT_INT8_VALUE_H

#include "latent_int8.h"

enum { ROWS_AT_ONCE = 8 };  // with two vectors of columns, 16 sums

static void interleave(const struct latent_decode_job *job, struct work *w, int quads) {
  for (int q = 0; q < quads; q++) {
    for (int64_t strip = 0; strip < w->strips; strip++) {
      interleave_quad(job, w->tile.token + 4 * q, strip, w->values + (strip * QUADS + q) * 4 * COLUMNS);
    }
  }
}

#define EACH_OF_4(DO) DO(0) DO(1) DO(2) DO(3)
#define EACH_OF_8(DO) EACH_OF_4(DO) DO(4) DO(5) DO(6) DO(7)

// Adds the values of a tile, weighted with 8 bits, to 8 rows and 32 columns: the first or second
// half of a strip.
static void add_values_8(struct work *w, int64_t row, int64_t strip, int half, int quads) {
  const uint8_t *values = w->values + strip * QUADS * 4 * COLUMNS + half * 128;
  const uint32_t *weights = *weights_of(w, row / LANES, 0) + row % LANES;
#define DECLARE(i) __m512i a##i = _mm512_setzero_si512(), b##i = a##i;
  EACH_OF_8(DECLARE)
#undef DECLARE
  for (int q = 0; q < quads; q++) {
    __m512i x = _mm512_load_si512(values + q * 4 * COLUMNS);
    __m512i y = _mm512_load_si512(values + q * 4 * COLUMNS + 64);
    const uint32_t *weight = weights + q * LANES;
#define STEP(i) \
  { \
    __m512i p = _mm512_set1_epi32((int32_t)weight[i]); \
    a##i = _mm512_dpbusd_epi32(a##i, p, x); \
    b##i = _mm512_dpbusd_epi32(b##i, p, y); \
  }
    EACH_OF_8(STEP)
#undef STEP
  }
  const float *shrink = w->state[row / LANES].shrink + row % LANES;
  const float *scale = w->weight_scale + row;
  float *out = w->out + (strip * w->rows + row) * COLUMNS + half * 32;
#define STORE(i) \
  add_to(out + i * COLUMNS, a##i, scale[i], shrink[i]); \
  add_to(out + i * COLUMNS + LANES, b##i, scale[i], shrink[i]);
  EACH_OF_8(STORE)
#undef STORE
}

// As add_values_8, weighted with 16 bits, for 4 rows.
static void add_values_16(struct work *w, int64_t row, int64_t strip, int half, int quads) {
  const uint8_t *values = w->values + strip * QUADS * 4 * COLUMNS + half * 128;
  const uint32_t *weights = *weights_of(w, row / LANES, 0) + row % LANES;
#define DECLARE(i) \
  __m512i ah##i = _mm512_setzero_si512(), al##i = ah##i, bh##i = ah##i, bl##i = ah##i;
  EACH_OF_4(DECLARE)
#undef DECLARE
  for (int q = 0; q < quads; q++) {
    __m512i x = _mm512_load_si512(values + q * 4 * COLUMNS);
    __m512i y = _mm512_load_si512(values + q * 4 * COLUMNS + 64);
    const uint32_t *weight = weights + q * LANES;
#define STEP(i) \
  { \
    __m512i high = _mm512_set1_epi32((int32_t)weight[i]); \
    __m512i low = _mm512_set1_epi32((int32_t)weight[QUADS * LANES + i]); \
    ah##i = _mm512_dpbusd_epi32(ah##i, high, x); \
    al##i = _mm512_dpbusd_epi32(al##i, low, x); \
    bh##i = _mm512_dpbusd_epi32(bh##i, high, y); \
    bl##i = _mm512_dpbusd_epi32(bl##i, low, y); \
  }
    EACH_OF_4(STEP)
#undef STEP
  }
  const float *shrink = w->state[row / LANES].shrink + row % LANES;
  const float *scale = w->weight_scale + row;
  float *out = w->out + (strip * w->rows + row) * COLUMNS + half * 32;
#define STORE(i) \
  { \
    __m512i a = _mm512_add_epi32(_mm512_slli_epi32(ah##i, 8), al##i); \
    __m512i b = _mm512_add_epi32(_mm512_slli_epi32(bh##i, 8), bl##i); \
    add_to(out + i * COLUMNS, a, scale[i], shrink[i]); \
    add_to(out + i * COLUMNS + LANES, b, scale[i], shrink[i]); \
  }
  EACH_OF_4(STORE)
#undef STORE
}

static void add_values(struct work *w, int64_t row, int64_t strip, int half, int quads) {
  if (w->wide[row / LANES]) {
    add_values_16(w, row, strip, half, quads);
    add_values_16(w, row + 4, strip, half, quads);
  } else {
    add_values_8(w, row, strip, half, quads);
  }
}

#endif
