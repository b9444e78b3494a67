// Latent attention over a bf16 cache with bf16 dot products.
//
// Both products keep a head or a value column in each lane, so that neither needs a transposed
// key: scores have 16 query rows in the lanes and broadcast two neighbouring elements of a key;
// values have 16 columns in the lanes and broadcast the weights of two neighbouring tokens, whose
// values are interleaved once a tile for all heads.

#include "latent_decode.h"

#include <immintrin.h>
#include <string.h>

#include "level.h"

enum {
  LANES = 16,
  TILE = 132,          // tokens a tile: their interleaved values stay in the second-level cache
  TOKENS_AT_ONCE = 12, // with two groups of rows, 24 sums
  PAIRS = TILE / 2,
  COLUMNS = 32,        // value columns at once: one load of bf16 values
  ROWS_AT_ONCE = 8     // with two vectors of columns, 16 sums
};

typedef uint32_t lanes_of_pairs[LANES];

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// What one call works on: the caller's memory first, then its own.
struct work {
  const void *query;           // [tokens, heads, width]
  const uint8_t *cache;
  const int32_t *positions;
  int64_t rows;        // query rows, padded to whole groups
  int64_t groups;
  int64_t steps;       // pairs of key elements
  int64_t strips;      // blocks of value columns
  lanes_of_pairs *packed;      // [groups, steps]: the queries
  uint16_t *values;            // [strips, PAIRS, 2 * COLUMNS], lanes in the order of unpack
  lanes_of_pairs *weights;     // [groups, PAIRS]
  float *scores;               // [2, TILE, LANES]
  float *out;                  // [strips, rows, COLUMNS], lanes in the order of unpack
  float *highest;              // [rows]
  float *total;                // [rows]
  float *shrink;               // [rows], what the sums so far are multiplied with
  int32_t *visible;            // [rows]
  uint8_t *zeros;              // a token without values
  const uint8_t *token[TILE];
  uint8_t present[TILE];
};

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static uint8_t *take(uint8_t **at, int64_t bytes) {
  uint8_t *taken = *at;
  *at += aligned(bytes);
  return taken;
}

static int64_t lay_out(const struct latent_decode_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  w->groups = ceil_div(job->query_tokens * job->heads, LANES);
  w->rows = w->groups * LANES;
  w->steps = job->width / 2;
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->packed = (lanes_of_pairs *)take(&at, w->groups * w->steps * (int64_t)sizeof(lanes_of_pairs));
  w->values = (uint16_t *)take(&at, w->strips * PAIRS * 2 * COLUMNS * 2);
  w->weights = (lanes_of_pairs *)take(&at, w->groups * PAIRS * (int64_t)sizeof(lanes_of_pairs));
  w->scores = (float *)take(&at, 2 * TILE * LANES * 4);
  w->out = (float *)take(&at, w->strips * w->rows * COLUMNS * 4);
  w->highest = (float *)take(&at, w->rows * 4);
  w->total = (float *)take(&at, w->rows * 4);
  w->shrink = (float *)take(&at, w->rows * 4);
  w->visible = (int32_t *)take(&at, w->rows * 4);
  w->zeros = take(&at, job->width * 2);
  return at - base;
}

int64_t KERNEL(latent_decode_bf16_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Rounds to the nearest, ties to even; a NaN stays one.
static uint32_t bf16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return x != x ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

static uint32_t query_pair(const struct latent_decode_job *job, const struct work *w,
                           int64_t at) {
  if (job->query_float) {
    float x[2];
    memcpy(x, (const float *)w->query + at, 8);
    return bf16_of(x[0]) | bf16_of(x[1]) << 16;
  }
  uint32_t pair;
  memcpy(&pair, (const uint16_t *)w->query + at, 4);
  return pair;
}

static void pack_query(const struct latent_decode_job *job, struct work *w) {
  int64_t rows = job->query_tokens * job->heads;
  memset(w->packed, 0, w->groups * w->steps * sizeof(lanes_of_pairs));
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r / job->heads * job->query_token + r % job->heads * job->width;
    lanes_of_pairs *to = w->packed + r / LANES * w->steps;
    for (int64_t s = 0; s < w->steps; s++) {
      to[s][r % LANES] = query_pair(job, w, at + 2 * s);
    }
  }
}

static void begin(const struct latent_decode_job *job, struct work *w) {
  pack_query(job, w);
  memset(w->out, 0, w->strips * w->rows * COLUMNS * 4);
  memset(w->zeros, 0, job->width * 2);
  for (int64_t r = 0; r < w->rows; r++) {
    w->highest[r] = -__builtin_inff();
    w->total[r] = 0;
    int64_t seen = job->visible + r / job->heads * job->visible_step;
    w->visible[r] = (int32_t)(seen > INT32_MAX ? INT32_MAX : seen);
  }
}

// Where the tokens of a tile lie. Returns 0 where one lies outside the cache.
static int find_tokens(const struct latent_decode_job *job, struct work *w, int64_t first,
                       int count) {
  for (int t = 0; t < TILE; t++) {
    w->token[t] = w->zeros;
    w->present[t] = 0;
  }
  for (int t = 0; t < count; t++) {
    int64_t at = first + t;
    if (job->sparse) {
      at = w->positions[at];
      if (at < 0) {
        continue;
      }
    }
    int64_t block = at / job->block_tokens;
    int64_t in_block = at % job->block_tokens;
    if (!job->sparse) {
      block = w->positions[block];
    }
    if (block < 0 || block >= job->blocks) {
      return 0;
    }
    w->token[t] = w->cache + block * job->block_bytes + in_block * job->token_bytes;
    w->present[t] = 1;
  }
  return 1;
}

// Values of two tokens side by side, for products that sum over pairs.
static void interleave(const struct latent_decode_job *job, struct work *w, int pairs) {
  for (int p = 0; p < pairs; p++) {
    const uint8_t *a = w->token[2 * p];
    const uint8_t *b = w->token[2 * p + 1];
    uint16_t *to = w->values + (int64_t)p * 2 * COLUMNS;
    for (int64_t strip = 0; strip < w->strips; strip++) {
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      __m512i x = _mm512_maskz_loadu_epi16(mask, a + strip * COLUMNS * 2);
      __m512i y = _mm512_maskz_loadu_epi16(mask, b + strip * COLUMNS * 2);
      _mm512_store_si512(to, _mm512_unpacklo_epi16(x, y));
      _mm512_store_si512(to + COLUMNS, _mm512_unpackhi_epi16(x, y));
      to += PAIRS * 2 * COLUMNS;
    }
  }
}

static inline __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

static inline __m512i pair_of(const uint8_t *token, int64_t step) {
  int32_t pair;
  memcpy(&pair, token + 4 * step, 4);
  return _mm512_set1_epi32(pair);
}

#define EACH_TOKEN(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

static void score_two(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_pairs *left = w->packed + group * w->steps;
  const lanes_of_pairs *right = left + w->steps;
#define DECLARE(i) \
  const uint8_t *k##i = w->token[first + i]; \
  __m512 a##i = _mm512_setzero_ps(), b##i = _mm512_setzero_ps();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  for (int64_t s = 0; s < w->steps; s++) {
    __m512i x = _mm512_load_si512(left[s]);
    __m512i y = _mm512_load_si512(right[s]);
#define STEP(i) \
  { \
    __m512i k = pair_of(k##i, s); \
    a##i = dot(a##i, x, k); \
    b##i = dot(b##i, y, k); \
  }
    EACH_TOKEN(STEP)
#undef STEP
  }
#define STORE(i) \
  _mm512_store_ps(to + (first + i) * LANES, a##i); \
  _mm512_store_ps(to + (TILE + first + i) * LANES, b##i);
  EACH_TOKEN(STORE)
#undef STORE
}

static void score_one(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_pairs *left = w->packed + group * w->steps;
#define DECLARE(i) \
  const uint8_t *k##i = w->token[first + i]; \
  __m512 a##i = _mm512_setzero_ps();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  for (int64_t s = 0; s < w->steps; s++) {
    __m512i x = _mm512_load_si512(left[s]);
#define STEP(i) a##i = dot(a##i, x, pair_of(k##i, s));
    EACH_TOKEN(STEP)
#undef STEP
  }
#define STORE(i) _mm512_store_ps(to + (first + i) * LANES, a##i);
  EACH_TOKEN(STORE)
#undef STORE
}

// 2^x for x <= 0.
static inline __m512 exp2_of(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-150));
  __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_sub_ps(x, whole);
  __m512 p = _mm512_set1_ps(1.535336188319500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.339887440266574e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.618437357674640e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.550332471162809e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.402264791363012e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.931472028550421e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, whole);
}

// Scales scores and hides what a row must not see; returns the highest.
static __m512 scale_and_hide(const struct latent_decode_job *job, const struct work *w,
                             int64_t group, int64_t first, int count, float *scores) {
  const __m512 scale = _mm512_set1_ps((float)(job->scale * 1.4426950408889634));
  const __m512 hidden = _mm512_set1_ps(-__builtin_inff());
  const __m512i visible = _mm512_load_si512(w->visible + group * LANES);
  __m512 highest = hidden;
  for (int t = 0; t < count; t++) {
    __m512i at = _mm512_set1_epi32((int32_t)(first + t));
    __mmask16 seen = w->present[t] ? _mm512_cmplt_epi32_mask(at, visible) : 0;
    __m512 s = _mm512_mul_ps(_mm512_load_ps(scores + t * LANES), scale);
    s = _mm512_mask_mov_ps(hidden, seen, s);
    _mm512_store_ps(scores + t * LANES, s);
    highest = _mm512_max_ps(highest, s);
  }
  return highest;
}

// Turns the scores of a tile into weights: 2^(score - highest), in pairs of tokens.
static void weigh(const struct latent_decode_job *job, struct work *w, int64_t group,
                  int64_t first, int count, float *scores) {
  float *rows = w->highest + group * LANES;
  __m512 before = _mm512_load_ps(rows);
  __m512 highest = _mm512_max_ps(before, scale_and_hide(job, w, group, first, count, scores));
  _mm512_store_ps(rows, highest);
  // A row that has seen nothing yet subtracts 0: its scores are all -inf and weigh nothing.
  __mmask16 some = _mm512_cmp_ps_mask(highest, _mm512_set1_ps(-__builtin_inff()), _CMP_NEQ_UQ);
  __m512 base = _mm512_maskz_mov_ps(some, highest);
  __m512 shrink = _mm512_maskz_mov_ps(some, exp2_of(_mm512_sub_ps(before, base)));
  __m512 total = _mm512_mul_ps(_mm512_load_ps(w->total + group * LANES), shrink);
  _mm512_store_ps(w->shrink + group * LANES, shrink);
  const __m512 lowest = _mm512_set1_ps(-126);
  if (count % 2) {
    _mm512_store_ps(scores + count * LANES, _mm512_set1_ps(-__builtin_inff()));
  }
  for (int t = 0; t < count; t += 2) {
    __m512 x = _mm512_sub_ps(_mm512_load_ps(scores + t * LANES), base);
    __m512 y = _mm512_sub_ps(_mm512_load_ps(scores + (t + 1) * LANES), base);
    x = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, lowest, _CMP_GE_OQ), exp2_of(x));
    y = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(y, lowest, _CMP_GE_OQ), exp2_of(y));
    total = _mm512_add_ps(total, _mm512_add_ps(x, y));
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(y));
    _mm512_store_si512(w->weights[group * PAIRS + t / 2],
                       _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
  _mm512_store_ps(w->total + group * LANES, total);
}

#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

// Adds the weighted values of a tile to 8 rows and 32 columns.
static void add_values(struct work *w, int64_t row, int64_t strip, int pairs) {
  const uint16_t *values = w->values + strip * PAIRS * 2 * COLUMNS;
  const uint32_t *weights = w->weights[row / LANES * PAIRS] + row % LANES;
  float *out = w->out + (strip * w->rows + row) * COLUMNS;
  const float *shrink = w->shrink + row;
#define LOAD(i) \
  __m512 s##i = _mm512_set1_ps(shrink[i]); \
  __m512 a##i = _mm512_mul_ps(_mm512_load_ps(out + i * COLUMNS), s##i); \
  __m512 b##i = _mm512_mul_ps(_mm512_load_ps(out + i * COLUMNS + LANES), s##i);
  EACH_ROW(LOAD)
#undef LOAD
  for (int p = 0; p < pairs; p++) {
    __m512i x = _mm512_load_si512(values + p * 2 * COLUMNS);
    __m512i y = _mm512_load_si512(values + p * 2 * COLUMNS + COLUMNS);
    const uint32_t *weight = weights + p * LANES;
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

static void scores_and_weights(const struct latent_decode_job *job, struct work *w,
                               int64_t first, int count) {
  int64_t group = 0;
  for (; group + 1 < w->groups; group += 2) {
    for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
      score_two(w, group, t, w->scores);
    }
    weigh(job, w, group, first, count, w->scores);
    weigh(job, w, group + 1, first, count, w->scores + TILE * LANES);
  }
  if (group < w->groups) {
    for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
      score_one(w, group, t, w->scores);
    }
    weigh(job, w, group, first, count, w->scores);
  }
}

static void one_tile(const struct latent_decode_job *job, struct work *w, int64_t first,
                     int count) {
  int pairs = (count + 1) / 2;
  interleave(job, w, pairs);
  scores_and_weights(job, w, first, count);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    for (int64_t row = 0; row < w->rows; row += ROWS_AT_ONCE) {
      add_values(w, row, strip, pairs);
    }
  }
}

static void finish(const struct latent_decode_job *job, const struct work *w, float *out) {
  int64_t rows = job->query_tokens * job->heads;
  memcpy(out + rows * job->value_width, w->highest, rows * 4);
  memcpy(out + rows * (job->value_width + 1), w->total, rows * 4);
  // Undoes the order of unpack: of 8 columns, the first vector has 4 and the second the others.
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second =
      _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t strip = 0; strip < w->strips; strip++) {
      const float *from = w->out + (strip * w->rows + row) * COLUMNS;
      float *to = out + row * job->value_width + strip * COLUMNS;
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      __m512 a = _mm512_load_ps(from), b = _mm512_load_ps(from + LANES);
      _mm512_mask_storeu_ps(to, (__mmask16)mask, _mm512_permutex2var_ps(a, first, b));
      _mm512_mask_storeu_ps(to + LANES, (__mmask16)(mask >> 16),
                            _mm512_permutex2var_ps(a, second, b));
    }
  }
}

// Writes [rows, value_width] sums of weighted values, then for each row the highest score times
// log2(e), then for each row the sum of the weights. Returns 0, or 1 where the positions lead out
// of the cache.
//
// query      [query_tokens, heads, width]
// positions  the block of every run of block_tokens tokens, or with sparse the tokens themselves
// memory     latent_decode_bf16_work bytes, 64-byte aligned
int KERNEL(latent_decode_bf16)(const struct latent_decode_job *job, const void *query,
                               const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                               float *out) {
  struct work w;
  lay_out(job, &w, memory);
  w.query = query;
  w.cache = cache;
  w.positions = positions;
  begin(job, &w);
  for (int64_t first = job->from; first < job->to; first += TILE) {
    int count = (int)(job->to - first < TILE ? job->to - first : TILE);
    if (!find_tokens(job, &w, first, count)) {
      return 1;
    }
    one_tile(job, &w, first, count);
  }
  finish(job, &w, out);
  return 0;
}
