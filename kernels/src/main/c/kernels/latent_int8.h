// What the parts of the decode over an int8 cache share: what a call works on. The including file has
// said whether it DECODES_IN_TILES.

#ifndef MLA4J_LATENT_INT8_H
#define MLA4J_LATENT_INT8_H

#include <immintrin.h>

#include "latent_narrow.h"

#if defined(DECODES_IN_TILES)
#include "latent_keys.h"
#include "latent_ahead.h"
#endif

enum {
  QUADS = TILE / 4,
  COLUMNS = 64,  // value columns at once: one load of int8 values
  PARTS = 2,     // latent and rotary
  OFFSET = IN_TILES ? 0 : 128  // of queries: dot products sum unsigned by signed bytes
};

typedef uint32_t lanes_of_quads[LANES];

struct footer {
  float scale[PARTS];
  int32_t sum[PARTS];
};

// What one call works on: its own memory.
struct work {
  int64_t rows;    // query rows, padded to whole groups
  int64_t groups;
  int64_t steps[PARTS];       // quads of key elements, with AMX of whole tiles
  int64_t strips;             // blocks of value columns
  lanes_of_quads *packed;     // [groups, steps]: the queries
  float *query_scale;         // [groups, PARTS, LANES]
  uint8_t *values;            // [strips, QUADS, 4 * COLUMNS], in the order of unpack; with AMX one strip
  lanes_of_quads *weights;    // [groups, 2, QUADS]: the high bytes and the low bytes, if any
  float *weight_scale;        // [groups, LANES]
  float *misplaced;           // [groups, LANES]: weight lost or added by 8-bit tiles so far
  float inverse_scale;        // of the tile; see there
  uint8_t *wide;              // [groups]: 1 where this tile has 16-bit weights
  float *scores;              // [2, TILE, LANES]
  float *out;                 // [strips, rows, COLUMNS], in the order of unpack
  struct group_state *state;  // [groups]
  int32_t *visible;           // [rows]
  uint8_t *zeros;             // a token without values
#if defined(DECODES_IN_TILES)
  int32_t *sums;              // [PARTS, 2, TILE, LANES]: scores before they are scaled
  float *key_scale;           // [PARTS, TILE]
  struct staged_keys staged;
  struct asking asking;
#endif
  struct tile tile;
  struct tile ahead;          // the tile after it
};

static int64_t steps_of(int64_t width) {
  return IN_TILES ? ceil_div(width, 64) * LANES : width / 4;
}

static int64_t lay_out(const struct latent_decode_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  w->groups = ceil_div(job->query_tokens * job->heads, LANES);
  w->rows = w->groups * LANES;
  w->steps[0] = steps_of(job->value_width);
  w->steps[1] = steps_of(job->width - job->value_width);
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->packed = (lanes_of_quads *)take(&at, w->rows * (w->steps[0] + w->steps[1]) * 4);
  w->query_scale = (float *)take(&at, w->rows * PARTS * 4);
  w->values = take(&at, (IN_TILES ? 1 : w->strips) * QUADS * 4 * COLUMNS);
  w->weights = (lanes_of_quads *)take(&at, w->rows * QUADS * 2 * 4);
  w->weight_scale = (float *)take(&at, w->rows * 4);
  w->misplaced = (float *)take(&at, w->rows * 4);
  w->wide = take(&at, w->groups);
  w->scores = (float *)take(&at, 2 * TILE * LANES * 4);
  w->out = (float *)take(&at, w->strips * w->rows * COLUMNS * 4);
  w->state = (struct group_state *)take(&at, w->groups * (int64_t)sizeof(struct group_state));
  w->visible = (int32_t *)take(&at, w->rows * 4);
  w->zeros = take(&at, job->token_bytes);
#if defined(DECODES_IN_TILES)
  w->sums = (int32_t *)take(&at, PARTS * 2 * TILE * LANES * 4);
  w->key_scale = (float *)take(&at, PARTS * TILE * 4);
  w->staged = stage_keys(&at, (w->steps[0] + w->steps[1]) * 4);
  int64_t scores = TILE / 32 * (w->steps[0] + w->steps[1]) / LANES;
  w->asking.token_bytes = job->token_bytes;
  w->asking.steps = ceil_div(w->groups, 2) * (scores + w->strips * 2 * (QUADS / LANES));
#endif
  return at - base;
}

// The weights of a group: high bytes, or low ones.
static inline lanes_of_quads *weights_of(const struct work *w, int64_t group, int low) {
  return w->weights + (group * 2 + low) * QUADS;
}

static inline struct footer footer_of(const struct latent_decode_job *job, const uint8_t *token) {
  struct footer footer;
  memcpy(&footer, token + job->width, sizeof footer);
  return footer;
}

// Values of four tokens side by side, 64 columns of them, for products that sum over quads.
static inline void interleave_quad(const struct latent_decode_job *job, const uint8_t *const *token,
                                   int64_t strip, uint8_t *to) {
  int64_t left = job->value_width - strip * COLUMNS;
  __mmask64 mask = left >= COLUMNS ? ~0ull : (1ull << left) - 1;
  __m512i a = _mm512_maskz_loadu_epi8(mask, token[0] + strip * COLUMNS);
  __m512i b = _mm512_maskz_loadu_epi8(mask, token[1] + strip * COLUMNS);
  __m512i c = _mm512_maskz_loadu_epi8(mask, token[2] + strip * COLUMNS);
  __m512i d = _mm512_maskz_loadu_epi8(mask, token[3] + strip * COLUMNS);
  __m512i ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d);
  _mm512_store_si512(to, _mm512_unpacklo_epi16(ab, cd));
  _mm512_store_si512(to + 64, _mm512_unpackhi_epi16(ab, cd));
  ab = _mm512_unpackhi_epi8(a, b), cd = _mm512_unpackhi_epi8(c, d);
  _mm512_store_si512(to + 128, _mm512_unpacklo_epi16(ab, cd));
  _mm512_store_si512(to + 192, _mm512_unpackhi_epi16(ab, cd));
}

static inline float value_scale(const struct latent_decode_job *job, const struct work *w, int t) {
#if defined(DECODES_IN_TILES)
  (void)job;
  return w->key_scale[t];
#else
  return footer_of(job, w->tile.token[t]).scale[0];
#endif
}

static inline void add_to(float *out, __m512i sum, float scale, float shrink) {
  __m512 before = _mm512_mul_ps(_mm512_load_ps(out), _mm512_set1_ps(shrink));
  _mm512_store_ps(out, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(scale), before));
}

#endif
