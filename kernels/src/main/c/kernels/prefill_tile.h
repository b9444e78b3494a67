// The prefill of one element type, which prefill_bf16.c and prefill_float32.c include after they
// have said what a unit is: the 4 bytes that a lane takes in at once, two bf16 or one float32, which
// are neighbours along what is summed over.
//
// Both products keep query rows or value columns in the lanes and broadcast units of the other
// side, so that no matrix is transposed but the queries, once a block. A block's rows are its
// tokens with the heads that share the keys, so that the first row of a group sees least.

#ifndef MLA4J_PREFILL_TILE_H
#define MLA4J_PREFILL_TILE_H

#include <math.h>
#include <string.h>

#include "level.h"
#include "prefill.h"
#include "row_softmax.h"

enum {
  TILE = 96,          // keys at once: with their values and the block's sums they stay in the
                      // second-level cache
  KEYS_AT_ONCE = 12,  // with two groups of rows, 24 sums
  TILE_UNITS = TILE / UNIT,
  COLUMNS = 32,       // value columns at once
  ROWS_AT_ONCE = 8    // with two vectors of columns, 16 sums
};

typedef uint32_t lanes_of_units[LANES];

struct work {
  int64_t rows;              // padded to whole groups
  int64_t groups;
  int64_t steps;             // units of a key
  int64_t strips;            // blocks of value columns
  lanes_of_units *packed;    // [groups, steps]: the queries
  uint32_t *keys;            // [TILE, steps]
  uint32_t *values;          // [strips, TILE_UNITS, COLUMNS]
  lanes_of_units *weights;   // [groups, TILE_UNITS]
  float *scores;             // [2, TILE, LANES]
  float *out;                // [strips, rows, COLUMNS], lanes in the order of the values
  struct group_state *state; // [groups]
  int32_t *visible;          // [rows]: keys that a row sees
  int32_t *seen;             // [groups]: keys of the tile that any row of the group sees
};

// What the including file supplies.
static inline __m512 dot(__m512 sum, __m512i a, __m512i b);
static void interleave(const struct prefill_job *job, struct work *w, const element *value,
                       int count);
static inline __m512i weights_of(__m512 first, __m512 second);
static inline void in_order(__m512 *a, __m512 *b);

static int64_t lay_out(const struct prefill_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  w->groups = ceil_div(job->query_tokens * job->heads, LANES);
  w->rows = w->groups * LANES;
  w->steps = ceil_div(job->width, UNIT);
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->packed = (lanes_of_units *)take(&at, w->groups * w->steps * (int64_t)sizeof(lanes_of_units));
  w->keys = (uint32_t *)take(&at, TILE * w->steps * 4);
  w->values = (uint32_t *)take(&at, w->strips * TILE_UNITS * COLUMNS * 4);
  w->weights = (lanes_of_units *)take(&at, w->groups * TILE_UNITS * (int64_t)sizeof(lanes_of_units));
  w->scores = (float *)take(&at, 2 * TILE * LANES * 4);
  w->out = (float *)take(&at, w->strips * w->rows * COLUMNS * 4);
  w->state = (struct group_state *)take(&at, w->groups * (int64_t)sizeof(struct group_state));
  w->visible = (int32_t *)take(&at, w->rows * 4);
  w->seen = (int32_t *)take(&at, w->groups * 4);
  return at - base;
}

// A row of elements as units, the last one filled up with zeros.
static inline void copy_units(uint32_t *to, const element *from, int64_t width, int64_t steps) {
  to[steps - 1] = 0;
  memcpy(to, from, width * sizeof(element));
}

static void pack_queries(const struct prefill_job *job, struct work *w, const element *query) {
  int64_t rows = job->query_tokens * job->heads;
  memset(w->packed, 0, w->groups * w->steps * sizeof(lanes_of_units));
  for (int64_t r = 0; r < rows; r++) {
    const element *from = query + r / job->heads * job->query_token + r % job->heads * job->query_head;
    uint32_t *row = w->keys;  // not in use yet
    copy_units(row, from, job->width, w->steps);
    lanes_of_units *to = w->packed + r / LANES * w->steps;
    for (int64_t s = 0; s < w->steps; s++) {
      to[s][r % LANES] = row[s];
    }
  }
}

static int64_t visible_of(const struct prefill_job *job, int64_t token) {
  int64_t seen = job->visible + token * job->visible_step;
  return seen < 0 ? 0 : seen < job->keys ? seen : job->keys;
}

static void begin(const struct prefill_job *job, struct work *w, const element *query) {
  int64_t rows = job->query_tokens * job->heads;
  pack_queries(job, w, query);
  memset(w->keys, 0, TILE * w->steps * 4);
  memset(w->out, 0, w->strips * w->rows * COLUMNS * 4);
  for (int64_t g = 0; g < w->groups; g++) {
    begin_softmax(w->state + g);
  }
  for (int64_t r = 0; r < w->rows; r++) {
    // Rows that only fill up the last group see what the last row sees.
    int64_t row = r < rows ? r : rows - 1;
    w->visible[r] = (int32_t)visible_of(job, row / job->heads);
  }
}

static void bring_keys(const struct prefill_job *job, struct work *w, const element *key,
                       int count) {
  for (int t = 0; t < count; t++) {
    copy_units(w->keys + t * w->steps, key + t * job->key_token, job->width, w->steps);
  }
}

static inline __m512i unit_of(const uint32_t *key, int64_t step) {
  return _mm512_set1_epi32((int32_t)key[step]);
}

#define EACH_KEY(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

static void score_two(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_units *left = w->packed + group * w->steps;
  const lanes_of_units *right = left + w->steps;
#define DECLARE(i) \
  const uint32_t *k##i = w->keys + (first + i) * w->steps; \
  __m512 a##i = _mm512_setzero_ps(), b##i = _mm512_setzero_ps();
  EACH_KEY(DECLARE)
#undef DECLARE
  for (int64_t s = 0; s < w->steps; s++) {
    __m512i x = _mm512_load_si512(left[s]);
    __m512i y = _mm512_load_si512(right[s]);
#define STEP(i) \
  { \
    __m512i k = unit_of(k##i, s); \
    a##i = dot(a##i, x, k); \
    b##i = dot(b##i, y, k); \
  }
    EACH_KEY(STEP)
#undef STEP
  }
#define STORE(i) \
  _mm512_store_ps(to + (first + i) * LANES, a##i); \
  _mm512_store_ps(to + (TILE + first + i) * LANES, b##i);
  EACH_KEY(STORE)
#undef STORE
}

static void score_one(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_units *left = w->packed + group * w->steps;
#define DECLARE(i) \
  const uint32_t *k##i = w->keys + (first + i) * w->steps; \
  __m512 a##i = _mm512_setzero_ps();
  EACH_KEY(DECLARE)
#undef DECLARE
  for (int64_t s = 0; s < w->steps; s++) {
    __m512i x = _mm512_load_si512(left[s]);
#define STEP(i) a##i = dot(a##i, x, unit_of(k##i, s));
    EACH_KEY(STEP)
#undef STEP
  }
#define STORE(i) _mm512_store_ps(to + (first + i) * LANES, a##i);
  EACH_KEY(STORE)
#undef STORE
}

static __m512 highest_of(const float *scores, int count, __m512 scale) {
  __m512 highest = _mm512_set1_ps(-__builtin_inff());
  for (int t = 0; t < count; t++) {
    highest = _mm512_max_ps(highest, _mm512_mul_ps(_mm512_load_ps(scores + t * LANES), scale));
  }
  return highest;
}

// Scales the scores and hides what a row must not see; returns the highest of each row.
static __m512 hide(float *scores, int count, __m512 scale, __m512i visible, int64_t first) {
  const __m512 hidden = _mm512_set1_ps(-__builtin_inff());
  __m512 highest = hidden;
  for (int t = 0; t < count; t++) {
    __mmask16 seen = _mm512_cmplt_epi32_mask(_mm512_set1_epi32((int32_t)(first + t)), visible);
    __m512 s = _mm512_mask_mul_ps(hidden, seen, _mm512_load_ps(scores + t * LANES), scale);
    _mm512_store_ps(scores + t * LANES, s);
    highest = _mm512_max_ps(highest, s);
  }
  return highest;
}

// Turns the scores of a tile into weights.
static void weigh(const struct prefill_job *job, struct work *w, int64_t group, int64_t first,
                  float *scores) {
  int count = w->seen[group];
  struct group_state *state = w->state + group;
  __m512 scale = _mm512_set1_ps((float)(job->scale * 1.4426950408889634));
  __m512 highest;
  if (w->visible[group * LANES] < first + count) {
    highest = hide(scores, count, scale, _mm512_load_si512(w->visible + group * LANES), first);
    scale = _mm512_set1_ps(1);
  } else {
    highest = highest_of(scores, count, scale);
  }
  __m512 base = rebase(state, highest);
  __m512 total = _mm512_load_ps(state->total);
  lanes_of_units *weights = w->weights + group * TILE_UNITS;
  int t = 0;
  for (; t + UNIT <= count; t += UNIT) {
    __m512 x[2];
    for (int i = 0; i < UNIT; i++) {
      __m512 score = _mm512_load_ps(scores + (t + i) * LANES);
      x[i] = weight_of_difference(_mm512_fmsub_ps(score, scale, base));
      total = _mm512_add_ps(total, x[i]);
    }
    _mm512_store_si512(weights[t / UNIT], weights_of(x[0], x[UNIT - 1]));
  }
  if (t < count) {
    __m512 x = weight_of_difference(_mm512_fmsub_ps(_mm512_load_ps(scores + t * LANES), scale, base));
    total = _mm512_add_ps(total, x);
    _mm512_store_si512(weights[t / UNIT], weights_of(x, _mm512_setzero_ps()));
  }
  _mm512_store_ps(state->total, total);
}

#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

// Adds the weighted values of a tile to 8 rows and 32 columns.
static void add_values(struct work *w, int64_t row, int64_t strip, int64_t units) {
  const uint32_t *values = w->values + strip * TILE_UNITS * COLUMNS;
  const uint32_t *weights = w->weights[row / LANES * TILE_UNITS] + row % LANES;
  float *out = w->out + (strip * w->rows + row) * COLUMNS;
  const float *shrink = w->state[row / LANES].shrink + row % LANES;
#define LOAD(i) \
  __m512 s##i = _mm512_set1_ps(shrink[i]); \
  __m512 a##i = _mm512_mul_ps(_mm512_load_ps(out + i * COLUMNS), s##i); \
  __m512 b##i = _mm512_mul_ps(_mm512_load_ps(out + i * COLUMNS + LANES), s##i);
  EACH_ROW(LOAD)
#undef LOAD
  for (int64_t u = 0; u < units; u++) {
    __m512i x = _mm512_load_si512(values + u * COLUMNS);
    __m512i y = _mm512_load_si512(values + u * COLUMNS + LANES);
    const uint32_t *weight = weights + u * LANES;
#define STEP(i) \
  { \
    __m512i q = _mm512_set1_epi32((int32_t)weight[i]); \
    a##i = dot(a##i, x, q); \
    b##i = dot(b##i, y, q); \
  }
    EACH_ROW(STEP)
#undef STEP
  }
#define STORE(i) \
  _mm512_store_ps(out + i * COLUMNS, a##i); \
  _mm512_store_ps(out + i * COLUMNS + LANES, b##i);
  EACH_ROW(STORE)
#undef STORE
}

// How much of a tile each group sees: what none of its rows sees is not computed.
static void find_seen(struct work *w, int64_t first, int count) {
  for (int64_t g = 0; g < w->groups; g++) {
    int64_t seen = w->visible[g * LANES + LANES - 1] - first;
    w->seen[g] = (int32_t)(seen < 0 ? 0 : seen < count ? seen : count);
  }
}

static void score_and_weigh(const struct prefill_job *job, struct work *w, int64_t first) {
  int64_t group = 0;
  for (; group + 1 < w->groups; group += 2) {
    for (int t = 0; t < w->seen[group + 1]; t += KEYS_AT_ONCE) {
      score_two(w, group, t, w->scores);
    }
    for (int i = 0; i < 2; i++) {
      if (w->seen[group + i] > 0) {
        weigh(job, w, group + i, first, w->scores + i * TILE * LANES);
      }
    }
  }
  if (group < w->groups && w->seen[group] > 0) {
    for (int t = 0; t < w->seen[group]; t += KEYS_AT_ONCE) {
      score_one(w, group, t, w->scores);
    }
    weigh(job, w, group, first, w->scores);
  }
}

static void one_tile(const struct prefill_job *job, struct work *w, int64_t first, int count) {
  find_seen(w, first, count);
  score_and_weigh(job, w, first);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    for (int64_t row = 0; row < w->rows; row += ROWS_AT_ONCE) {
      int64_t seen = w->seen[row / LANES];
      if (seen > 0) {
        add_values(w, row, strip, ceil_div(seen, UNIT));
      }
    }
  }
}

static inline void store_bf16(uint16_t *to, __mmask32 mask, __m512 a, __m512 b) {
  _mm512_mask_storeu_epi16(to, mask, (__m512i)_mm512_cvtne2ps_pbh(b, a));
}

static inline void store_float(float *to, __mmask32 mask, __m512 a, __m512 b) {
  _mm512_mask_storeu_ps(to, (__mmask16)mask, a);
  _mm512_mask_storeu_ps(to + LANES, (__mmask16)(mask >> 16), b);
}

static void finish(const struct prefill_job *job, const struct work *w, void *out, float *lse) {
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    int64_t token = row / job->heads, head = row % job->heads;
    const struct group_state *state = w->state + row / LANES;
    float total = state->total[row % LANES];
    // A row that sees no key gives zeros, and +inf as FlashMLA does.
    float factor = total == 0 ? 0 : 1 / total;
    lse[head * job->lse_head + token] =
        total == 0 ? __builtin_inff()
                   : (float)(state->highest[row % LANES] * 0.6931471805599453 + log(total));
    int64_t at = token * job->out_token + head * job->out_head;
    for (int64_t strip = 0; strip < w->strips; strip++, at += COLUMNS) {
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      const float *from = w->out + (strip * w->rows + row) * COLUMNS;
      __m512 a = _mm512_load_ps(from), b = _mm512_load_ps(from + LANES);
      in_order(&a, &b);
      a = _mm512_mul_ps(a, _mm512_set1_ps(factor));
      b = _mm512_mul_ps(b, _mm512_set1_ps(factor));
      if (job->out_float) {
        store_float((float *)out + at, mask, a, b);
      } else {
        store_bf16((uint16_t *)out + at, mask, a, b);
      }
    }
  }
}

static void prefill(const struct prefill_job *job, const element *query, const element *key,
                    const element *value, uint8_t *memory, void *out, float *lse) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, &w, query);
  int64_t end = visible_of(job, job->query_tokens - 1);
  for (int64_t first = 0; first < end; first += TILE) {
    int count = (int)(end - first < TILE ? end - first : TILE);
    bring_keys(job, &w, key + first * job->key_token, count);
    interleave(job, &w, value + first * job->value_token, count);
    one_tile(job, &w, first, count);
  }
  finish(job, &w, out, lse);
}

#endif
