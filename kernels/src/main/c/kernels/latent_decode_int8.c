// Latent attention over an int8 cache with int8 dot products.
//
// A cached token is [V int8 values | D - V int8 rotary values | 2 float32 scales | 2 int32 sums]:
// a scale and the sum of the elements for each of the two parts. Scores sum unsigned by signed
// bytes, so queries are quantized with an offset of 128 that the sums undo. The scale of a token's
// values is folded into its weight. A tile's weights are quantized to 8 bits as long as the errors of
// all tiles together stay under BUDGET of a row's total weight, and else to 16 bits, a high and a
// low byte: 8 bits can lose many small weights beside a large one.

#if defined(__AVX512BF16__)

#include <immintrin.h>

#include "bf16.h"
#include "latent_narrow.h"
#include "level.h"

enum {
  QUADS = TILE / 4,
  COLUMNS = 64,      // value columns at once: one load of int8 values
  ROWS_AT_ONCE = 8,  // with two vectors of columns, 16 sums
  PARTS = 2          // latent and rotary
};

// The part of a row's weight that quantization may misplace: as much as int8 values are off.
static const float BUDGET = 1.0f / 256;

typedef uint32_t lanes_of_quads[LANES];

struct footer {
  float scale[PARTS];
  int32_t sum[PARTS];
};

// What one call works on: its own memory.
struct work {
  int64_t rows;    // query rows, padded to whole groups
  int64_t groups;
  int64_t steps[PARTS];       // quads of key elements
  int64_t strips;             // blocks of value columns
  lanes_of_quads *packed;     // [groups, steps]: the queries
  float *query_scale;         // [groups, PARTS, LANES]
  uint8_t *values;            // [strips, QUADS, 4 * COLUMNS], in the order of unpack
  lanes_of_quads *weights;    // [groups, QUADS, 2]: the high bytes and the low bytes, if any
  float *weight_scale;        // [groups, LANES]
  float *misplaced;           // [groups, LANES]: weight lost or added by 8-bit tiles so far
  uint8_t *wide;              // [groups]: 1 where this tile has 16-bit weights
  float *scores;              // [2, TILE, LANES]
  float *out;                 // [strips, rows, COLUMNS], in the order of unpack
  struct group_state *state;  // [groups]
  int32_t *visible;           // [rows]
  uint8_t *zeros;             // a token without values
  struct tile tile;
  struct tile ahead;          // the tile after it
};

static int64_t lay_out(const struct latent_decode_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  w->groups = ceil_div(job->query_tokens * job->heads, LANES);
  w->rows = w->groups * LANES;
  w->steps[0] = job->value_width / 4;
  w->steps[1] = (job->width - job->value_width) / 4;
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->packed = (lanes_of_quads *)take(&at, w->rows * job->width);
  w->query_scale = (float *)take(&at, w->rows * PARTS * 4);
  w->values = take(&at, w->strips * QUADS * 4 * COLUMNS);
  w->weights = (lanes_of_quads *)take(&at, w->rows * QUADS * 2 * 4);
  w->weight_scale = (float *)take(&at, w->rows * 4);
  w->misplaced = (float *)take(&at, w->rows * 4);
  w->wide = take(&at, w->groups);
  w->scores = (float *)take(&at, 2 * TILE * LANES * 4);
  w->out = (float *)take(&at, w->strips * w->rows * COLUMNS * 4);
  w->state = (struct group_state *)take(&at, w->groups * (int64_t)sizeof(struct group_state));
  w->visible = (int32_t *)take(&at, w->rows * 4);
  w->zeros = take(&at, job->token_bytes);
  return at - base;
}

int64_t KERNEL(latent_decode_int8_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

static float query_at(const struct latent_decode_job *job, const void *query, int64_t at) {
  return job->query_float ? ((const float *)query)[at]
                          : float_of_bf16(((const uint16_t *)query)[at]);
}

// One part of a query row to bytes from -127 to 127, stored 128 higher; returns their scale. It is
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
    to[i / 4 * (LANES * 4) + i % 4] = (uint8_t)(rounded + 128);
  }
  return largest / 127;
}

static void pack_query(const struct latent_decode_job *job, const void *query, struct work *w) {
  memset(w->packed, 128, w->rows * job->width);
  memset(w->query_scale, 0, w->rows * PARTS * 4);
  for (int64_t r = 0; r < job->query_tokens * job->heads; r++) {
    int64_t at = r / job->heads * job->query_token + r % job->heads * job->width;
    uint8_t *to = (uint8_t *)(w->packed + r / LANES * (job->width / 4)) + r % LANES * 4;
    float *scale = w->query_scale + r / LANES * PARTS * LANES + r % LANES;
    scale[0] = pack_part(job, query, at, job->value_width, to);
    scale[LANES] = pack_part(job, query, at + job->value_width, job->width - job->value_width,
                             to + w->steps[0] * LANES * 4);
  }
}

static void begin(const struct latent_decode_job *job, const void *query, struct work *w) {
  pack_query(job, query, w);
  memset(w->out, 0, w->strips * w->rows * COLUMNS * 4);
  memset(w->zeros, 0, job->token_bytes);
  memset(w->misplaced, 0, w->rows * 4);
  begin_rows(job, w->groups, w->state, w->visible);
}

// Values of four tokens side by side, for products that sum over quads.
static void interleave(const struct latent_decode_job *job, struct work *w, int quads) {
  for (int q = 0; q < quads; q++) {
    const uint8_t *const *token = w->tile.token + 4 * q;
    uint8_t *to = w->values + (int64_t)q * 4 * COLUMNS;
    for (int64_t strip = 0; strip < w->strips; strip++) {
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
      to += QUADS * 4 * COLUMNS;
    }
  }
}

static inline __m512i quad_of(const uint8_t *token, int64_t step) {
  int32_t quad;
  memcpy(&quad, token + 4 * step, 4);
  return _mm512_set1_epi32(quad);
}

static inline struct footer footer_of(const struct latent_decode_job *job, const uint8_t *token) {
  struct footer footer;
  memcpy(&footer, token + job->width, sizeof footer);
  return footer;
}

// The score of one part of a token, from the sum of products with the offset.
static inline __m512 part_score(__m512i sum, struct footer footer, int part,
                                const float *query_scale) {
  __m512i exact = _mm512_sub_epi32(sum, _mm512_set1_epi32(footer.sum[part] * 128));
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
  int64_t steps = w->steps[part], all = job->width / 4;
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
  const lanes_of_quads *left = w->packed + group * (job->width / 4) + (part ? w->steps[0] : 0);
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

// Scores of a tile to weights times the scales of the tokens' values; returns the largest.
static __m512 weigh(const struct latent_decode_job *job, struct work *w, int64_t group,
                    int64_t first, int count, float *scores) {
  const __m512 scale = _mm512_set1_ps((float)(job->scale * 1.4426950408889634));
  for (int t = 0; t < count; t++) {
    float *score = scores + t * LANES;
    _mm512_store_ps(score, _mm512_mul_ps(_mm512_load_ps(score), scale));
  }
  struct group_state *state = w->state + group;
  __m512 base = rebase(state, hide(&w->tile, w->visible + group * LANES, first, count, scores));
  __m512 total = _mm512_load_ps(state->total);
  __m512 largest = _mm512_setzero_ps();
  for (int t = 0; t < count; t++) {
    __m512 weight = weight_of(scores + t * LANES, base);
    total = _mm512_add_ps(total, weight);
    weight = _mm512_mul_ps(weight, _mm512_set1_ps(footer_of(job, w->tile.token[t]).scale[0]));
    largest = _mm512_max_ps(largest, weight);
    _mm512_store_ps(scores + t * LANES, weight);
  }
  _mm512_store_ps(state->total, total);
  return largest;
}

static void quantize_to_16_bits(struct work *w, int64_t group, int count, __m512 inverse,
                                const float *scores) {
  const __m512 most = _mm512_set1_ps(65535);
  const __m512i byte = _mm512_set1_epi32(255);
  for (int t = 0; t < count; t += 4) {
    __m512i high = _mm512_setzero_si512(), low = high;
    for (int i = 0; i < 4; i++) {
      __m512 weight = _mm512_mul_ps(_mm512_load_ps(scores + (t + i) * LANES), inverse);
      __m512i bits = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(weight, most), most));
      __m512i at = _mm512_set1_epi32(8 * i);
      high = _mm512_or_si512(high, _mm512_sllv_epi32(_mm512_srli_epi32(bits, 8), at));
      low = _mm512_or_si512(low, _mm512_sllv_epi32(_mm512_and_si512(bits, byte), at));
    }
    lanes_of_quads *to = w->weights + (group * QUADS + t / 4) * 2;
    _mm512_store_si512(to[0], high);
    _mm512_store_si512(to[1], low);
  }
}

// Returns how much of the weights it misplaces, as a part of the largest.
static __m512 quantize_to_8_bits(struct work *w, int64_t group, int count, __m512 inverse,
                                 const float *scores) {
  const __m512 most = _mm512_set1_ps(255), step = _mm512_set1_ps(1.0f / 255);
  __m512 misplaced = _mm512_setzero_ps();
  for (int t = 0; t < count; t += 4) {
    __m512i quad = _mm512_setzero_si512();
    for (int i = 0; i < 4; i++) {
      __m512 weight = _mm512_mul_ps(_mm512_load_ps(scores + (t + i) * LANES), inverse);
      __m512i bits = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(weight, most), most));
      __m512 error = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(bits), step, weight);
      misplaced = _mm512_add_ps(misplaced, _mm512_abs_ps(error));
      quad = _mm512_or_si512(quad, _mm512_sllv_epi32(bits, _mm512_set1_epi32(8 * i)));
    }
    _mm512_store_si512(w->weights[(group * QUADS + t / 4) * 2], quad);
  }
  return misplaced;
}

// One over the smallest scale of a tile's values, which bounds the weight behind a scaled weight.
static __m512 inverse_scale(const struct latent_decode_job *job, const struct work *w, int count) {
  float smallest = __builtin_inff();
  for (int t = 0; t < count; t++) {
    float scale = footer_of(job, w->tile.token[t]).scale[0];
    smallest = w->tile.present[t] && scale > 0 && scale < smallest ? scale : smallest;
  }
  return _mm512_set1_ps(1 / smallest);
}

// Weights to whole numbers, in quads of tokens.
static void quantize(const struct latent_decode_job *job, struct work *w, int64_t group, int count,
                     __m512 largest, float *scores) {
  for (int t = count; t % 4; t++) {
    _mm512_store_ps(scores + t * LANES, _mm512_setzero_ps());
  }
  __mmask16 some = _mm512_cmp_ps_mask(largest, _mm512_setzero_ps(), _CMP_GT_OQ);
  __m512 inverse = _mm512_maskz_div_ps(some, _mm512_set1_ps(1), largest);
  struct group_state *state = w->state + group;
  float *so_far = w->misplaced + group * LANES;
  __m512 before = _mm512_mul_ps(_mm512_load_ps(so_far), _mm512_load_ps(state->shrink));
  __m512 added = quantize_to_8_bits(w, group, count, inverse, scores);
  added = _mm512_mul_ps(added, _mm512_mul_ps(largest, inverse_scale(job, w, count)));
  __m512 after = _mm512_add_ps(before, added);
  __m512 allowed = _mm512_mul_ps(_mm512_load_ps(state->total), _mm512_set1_ps(BUDGET));
  int wide = _mm512_cmp_ps_mask(after, allowed, _CMP_GT_OQ) != 0;
  if (wide) {
    quantize_to_16_bits(w, group, count, inverse, scores);
  }
  w->wide[group] = (uint8_t)wide;
  _mm512_store_ps(so_far, wide ? before : after);
  _mm512_store_ps(w->weight_scale + group * LANES,
                  _mm512_mul_ps(largest, _mm512_set1_ps(wide ? 1.0f / 65535 : 1.0f / 255)));
}

#define EACH_OF_4(DO) DO(0) DO(1) DO(2) DO(3)
#define EACH_OF_8(DO) EACH_OF_4(DO) DO(4) DO(5) DO(6) DO(7)

static inline void add_to(float *out, __m512i sum, float scale, float shrink) {
  __m512 before = _mm512_mul_ps(_mm512_load_ps(out), _mm512_set1_ps(shrink));
  _mm512_store_ps(out, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(scale), before));
}

// Adds the values of a tile, weighted with 8 bits, to 8 rows and 32 columns: the first or second
// half of a strip.
static void add_values_8(struct work *w, int64_t row, int64_t strip, int half, int quads) {
  const uint8_t *values = w->values + strip * QUADS * 4 * COLUMNS + half * 128;
  const uint32_t *weights = w->weights[row / LANES * QUADS * 2] + row % LANES;
#define DECLARE(i) __m512i a##i = _mm512_setzero_si512(), b##i = a##i;
  EACH_OF_8(DECLARE)
#undef DECLARE
  for (int q = 0; q < quads; q++) {
    __m512i x = _mm512_load_si512(values + q * 4 * COLUMNS);
    __m512i y = _mm512_load_si512(values + q * 4 * COLUMNS + 64);
    const uint32_t *weight = weights + q * 2 * LANES;
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
  const uint32_t *weights = w->weights[row / LANES * QUADS * 2] + row % LANES;
#define DECLARE(i) \
  __m512i ah##i = _mm512_setzero_si512(), al##i = ah##i, bh##i = ah##i, bl##i = ah##i;
  EACH_OF_4(DECLARE)
#undef DECLARE
  for (int q = 0; q < quads; q++) {
    __m512i x = _mm512_load_si512(values + q * 4 * COLUMNS);
    __m512i y = _mm512_load_si512(values + q * 4 * COLUMNS + 64);
    const uint32_t *weight = weights + q * 2 * LANES;
#define STEP(i) \
  { \
    __m512i high = _mm512_set1_epi32((int32_t)weight[i]); \
    __m512i low = _mm512_set1_epi32((int32_t)weight[LANES + i]); \
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

static void weights_of(const struct latent_decode_job *job, struct work *w, int64_t group,
                       int64_t first, int count, float *scores) {
  quantize(job, w, group, count, weigh(job, w, group, first, count, scores), scores);
}

static void scores_and_weights(const struct latent_decode_job *job, struct work *w,
                               int64_t first, int count) {
  int64_t group = 0;
  for (; group + 1 < w->groups; group += 2) {
    for (int part = 0; part < PARTS; part++) {
      for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
        score_two(job, w, group, t, part);
      }
    }
    weights_of(job, w, group, first, count, w->scores);
    weights_of(job, w, group + 1, first, count, w->scores + TILE * LANES);
  }
  if (group < w->groups) {
    for (int part = 0; part < PARTS; part++) {
      for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
        score_one(job, w, group, t, part);
      }
    }
    weights_of(job, w, group, first, count, w->scores);
  }
}

static void one_tile(const struct latent_decode_job *job, struct work *w, int64_t first,
                     int count) {
  int quads = (count + 3) / 4;
  interleave(job, w, quads);
  scores_and_weights(job, w, first, count);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    for (int half = 0; half < 2; half++) {
      for (int64_t row = 0; row < w->rows; row += ROWS_AT_ONCE) {
        add_values(w, row, strip, half, quads);
      }
    }
  }
}

static void finish(const struct latent_decode_job *job, const struct work *w, float *out) {
  write_rows(job, w->state, out);
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    for (int64_t v = 0; v < job->value_width; v += 4) {
      // Undoes the order of unpack: vector j holds of each 16 columns the j-th 4.
      int64_t in_strip = v % COLUMNS;
      int64_t at = in_strip % 16 / 4 * LANES + in_strip / 16 * 4;
      memcpy(out + row * job->value_width + v,
             w->out + (v / COLUMNS * w->rows + row) * COLUMNS + at, 16);
    }
  }
}

// As latent_decode_bf16, over int8 tokens. Both parts of a key are whole quads of elements.
int KERNEL(latent_decode_int8)(const struct latent_decode_job *job, const void *query,
                               const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                               float *out) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, query, &w);
  int found = find_tokens(job, cache, positions, w.zeros, job->from, &w.ahead);
  prefetch_tile(job, &w.ahead);
  for (int64_t first = job->from; found && first < job->to; first += TILE) {
    int count = (int)(job->to - first < TILE ? job->to - first : TILE);
    w.tile = w.ahead;
    found = find_tokens(job, cache, positions, w.zeros, first + TILE, &w.ahead);
    one_tile(job, &w, first, count);
  }
  finish(job, &w, out);
  return !found;
}

#endif
