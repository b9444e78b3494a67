// Latent attention with bf16 dot products, over a bf16 cache or over FlashMLA's FP8 cache, whose
// tokens are brought to bf16 a tile at a time. Nothing is lost by that: an FP8 value has 4
// significant bits and its scale is a power of two.
//
// Both products keep a head or a value column in each lane, so that neither needs a transposed
// key: scores have 16 query rows in the lanes and broadcast two neighbouring elements of a key;
// values have 16 columns in the lanes and broadcast the weights of two neighbouring tokens, whose
// values are interleaved once a tile for all heads. The tiles of AMX take the same queries and values
// as they lie; see latent_tiled.h.

#if defined(__AVX512BF16__)

#include <immintrin.h>

#if defined(__AMX_BF16__)
#define DECODES_IN_TILES 128
#endif

#include "bf16.h"
#include "latent_narrow.h"
#if defined(DECODES_IN_TILES)
#include "latent_ahead.h"
#include "latent_keys.h"
#endif
#include "level.h"

enum {
  PAIRS = TILE / 2,
  COLUMNS = 32,      // value columns at once: one load of bf16 values
  ROWS_AT_ONCE = 8,  // with two vectors of columns, 16 sums
  SCALED = 128       // FP8 values that share a scale
};

typedef uint32_t lanes_of_pairs[LANES];

// What one call works on: the caller's memory first, then its own.
struct work {
  const void *query;           // [tokens, heads, width]
  int64_t rows;        // query rows, padded to whole groups
  int64_t groups;
  int64_t steps;       // pairs of key elements, with AMX of whole tiles
  int64_t strips;      // blocks of value columns
  lanes_of_pairs *packed;      // [groups, steps]: the queries
  uint16_t *values;            // [strips, PAIRS, 2 * COLUMNS], in the order of unpack; with AMX one strip
  lanes_of_pairs *weights;     // [groups, PAIRS]
  float *scores;               // [2, TILE, LANES]
  float *out;                  // [strips, rows, COLUMNS], lanes in the order of unpack
  struct group_state *state;   // [groups]
  int32_t *visible;            // [rows]
  uint8_t *zeros;              // a token without values
  uint16_t *widened;           // [TILE, width], or empty for a bf16 cache
#if defined(DECODES_IN_TILES)
  lanes_of_pairs *spread;      // [TILE / 16, 2, 16]: a lone group's weights beside zeros
  struct staged_keys staged;
  struct asking asking;
#endif
  struct tile tile;
  struct tile ahead;           // the tile after it
};

static int64_t steps_of(int64_t width) {
  return IN_TILES ? ceil_div(width, 32) * LANES : width / 2;
}

static int64_t lay_out(const struct latent_decode_job *job, struct work *w, uint8_t *base,
                       int fp8) {
  uint8_t *at = base;
  w->groups = ceil_div(job->query_tokens * job->heads, LANES);
  w->rows = w->groups * LANES;
  w->steps = steps_of(job->width);
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->packed = (lanes_of_pairs *)take(&at, w->groups * w->steps * (int64_t)sizeof(lanes_of_pairs));
  w->values = (uint16_t *)take(&at, (IN_TILES ? 1 : w->strips) * PAIRS * 2 * COLUMNS * 2);
  w->weights = (lanes_of_pairs *)take(&at, w->groups * PAIRS * (int64_t)sizeof(lanes_of_pairs));
  w->scores = (float *)take(&at, 2 * TILE * LANES * 4);
  w->out = (float *)take(&at, w->strips * w->rows * COLUMNS * 4);
  w->state = (struct group_state *)take(&at, w->groups * (int64_t)sizeof(struct group_state));
  w->visible = (int32_t *)take(&at, w->rows * 4);
  int64_t zeros = job->width * 2;
  w->zeros = take(&at, zeros > job->token_bytes ? zeros : job->token_bytes);
  w->widened = (uint16_t *)take(&at, fp8 ? TILE * job->width * 2 : 0);
#if defined(DECODES_IN_TILES)
  w->spread = (lanes_of_pairs *)take(&at, 2 * TILE * (int64_t)sizeof(lanes_of_pairs));
  w->staged = stage_keys(&at, w->steps * 4);
  w->asking.token_bytes = job->token_bytes;
  w->asking.steps = ceil_div(w->groups, 2) * TILE / 32 * (w->steps / LANES + w->strips);
#endif
  return at - base;
}

int64_t KERNEL(latent_decode_bf16_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0, 0);
}

int64_t KERNEL(latent_decode_fp8_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0, 1);
}

static uint32_t query_pair(const struct latent_decode_job *job, const struct work *w,
                           int64_t at) {
  if (job->query_float) {
    float x[2];
    memcpy(x, (const float *)w->query + at, 8);
    return bf16_of(x[0]) | (uint32_t)bf16_of(x[1]) << 16;
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
    for (int64_t s = 0; s < job->width / 2; s++) {
      to[s][r % LANES] = query_pair(job, w, at + 2 * s);
    }
  }
}

static void begin(const struct latent_decode_job *job, struct work *w) {
  pack_query(job, w);
  memset(w->out, 0, w->strips * w->rows * COLUMNS * 4);
  memset(w->zeros, 0, (uint8_t *)w->widened - w->zeros);
  begin_rows(job, w->groups, w->state, w->visible);
}

// 16 FP8 values (e4m3, no infinities) times a scale. Their bits in the place of a float32's are the
// value times 2^-120, denormals too.
static inline __m256i bf16_of_fp8(const uint8_t *from, __m512 scale) {
  __m512i x = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from));
  __m512i size = _mm512_and_si512(x, _mm512_set1_epi32(127));
  __m512i sign = _mm512_slli_epi32(_mm512_srli_epi32(x, 7), 31);
  __m512 y = _mm512_castsi512_ps(_mm512_or_si512(sign, _mm512_slli_epi32(size, 20)));
  __mmask16 nan = _mm512_cmpeq_epi32_mask(size, _mm512_set1_epi32(127));
  y = _mm512_mask_mov_ps(_mm512_mul_ps(y, scale), nan, _mm512_set1_ps(__builtin_nanf("")));
  return (__m256i)_mm512_cvtneps_pbh(y);
}

// Brings a tile of FP8 tokens to bf16: [V FP8 values | V / 128 float32 scales | bf16 rotary key].
static void widen_fp8(const struct latent_decode_job *job, struct work *w, int count) {
  int64_t value = job->value_width, rotary = job->width - value;
  for (int t = 0; t < count; t++) {
    const uint8_t *token = w->tile.token[t];
    uint16_t *to = w->widened + t * job->width;
    for (int64_t block = 0; block < value / SCALED; block++) {
      float stored;
      memcpy(&stored, token + value + 4 * block, 4);
      __m512 scale = _mm512_mul_ps(_mm512_set1_ps(stored), _mm512_set1_ps(0x1p120f));
      for (int64_t v = block * SCALED; v < (block + 1) * SCALED; v += 16) {
        _mm256_storeu_si256((__m256i *)(to + v), bf16_of_fp8(token + v, scale));
      }
    }
    memcpy(to + value, token + value + value / SCALED * 4, rotary * 2);
    if (w->tile.present[t]) {
      w->tile.token[t] = (const uint8_t *)to;
    }
  }
}

// bf16 elements but for those that are infinite or NaN, which become 0.
static inline __m512i finite_of(__m512i x) {
  return _mm512_maskz_mov_epi16(~not_finite(x), x);
}

// Tokens of the tile from token `first` on that every row sees. What is not finite in the values of
// others counts as 0, as the weight of 0 of a row that does not see it would take NaN from it; a row that
// sees it has it in its score and so is NaN.
static inline int seen_by_all(const struct work *w, int64_t first) {
  int64_t seen = w->visible[0] - first;
  return seen < 0 ? 0 : seen < TILE ? (int)seen : TILE;
}

// Values of two tokens side by side, 32 columns of them, for products that sum over pairs.
static inline void interleave_pair(const struct latent_decode_job *job, const uint8_t *const *token,
                                   int64_t strip, int seen, uint16_t *to) {
  int64_t left = job->value_width - strip * COLUMNS;
  __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
  __m512i x = _mm512_maskz_loadu_epi16(mask, token[0] + strip * COLUMNS * 2);
  __m512i y = _mm512_maskz_loadu_epi16(mask, token[1] + strip * COLUMNS * 2);
  if (!seen) {
    x = finite_of(x);
    y = finite_of(y);
  }
  _mm512_store_si512(to, _mm512_unpacklo_epi16(x, y));
  _mm512_store_si512(to + COLUMNS, _mm512_unpackhi_epi16(x, y));
}

#if !defined(DECODES_IN_TILES)

static inline __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

static inline __m512i pair_of(const uint8_t *token, int64_t step) {
  int32_t pair;
  memcpy(&pair, token + 4 * step, 4);
  return _mm512_set1_epi32(pair);
}

// The steps whose pairs are a line of a token.
enum { STEPS_A_LINE = LINE / 4 };

#define EACH_TOKEN(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)

// The scores of 12 tokens for two groups of rows. The last groups to read a tile ask for the next.
static void score_two(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_pairs *left = w->packed + group * w->steps;
  const lanes_of_pairs *right = left + w->steps;
#define DECLARE(i) \
  const uint8_t *k##i = w->tile.token[first + i]; \
  __m512 a##i = _mm512_setzero_ps(), b##i = _mm512_setzero_ps();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  int last = group + 2 >= w->groups;
  for (int64_t line = 0; line < w->steps; line += STEPS_A_LINE) {
    if (last) {
      prefetch_lines(w->ahead.token + first, 4 * line);
    }
    int64_t end = line + STEPS_A_LINE < w->steps ? line + STEPS_A_LINE : w->steps;
    for (int64_t s = line; s < end; s++) {
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
  }
#define STORE(i) \
  _mm512_store_ps(to + (first + i) * LANES, a##i); \
  _mm512_store_ps(to + (TILE + first + i) * LANES, b##i);
  EACH_TOKEN(STORE)
#undef STORE
}

// As score_two, for one group.
static void score_one(const struct work *w, int64_t group, int first, float *to) {
  const lanes_of_pairs *left = w->packed + group * w->steps;
#define DECLARE(i) \
  const uint8_t *k##i = w->tile.token[first + i]; \
  __m512 a##i = _mm512_setzero_ps();
  EACH_TOKEN(DECLARE)
#undef DECLARE
  for (int64_t line = 0; line < w->steps; line += STEPS_A_LINE) {
    prefetch_lines(w->ahead.token + first, 4 * line);
    int64_t end = line + STEPS_A_LINE < w->steps ? line + STEPS_A_LINE : w->steps;
    for (int64_t s = line; s < end; s++) {
      __m512i x = _mm512_load_si512(left[s]);
#define STEP(i) a##i = dot(a##i, x, pair_of(k##i, s));
      EACH_TOKEN(STEP)
#undef STEP
    }
  }
#define STORE(i) _mm512_store_ps(to + (first + i) * LANES, a##i);
  EACH_TOKEN(STORE)
#undef STORE
}

#endif

// Turns the scores of a tile into weights, in pairs of tokens.
static void weigh(const struct latent_decode_job *job, struct work *w, int64_t group,
                  int64_t first, int count, float *scores) {
  if (count % 2) {
    _mm512_store_ps(scores + count * LANES, _mm512_set1_ps(-__builtin_inff()));
  }
  struct group_state *state = w->state + group;
  vec scale = all((float)(job->scale * 1.4426950408889634));
  vec base = rebase(state, scale_and_hide(&w->tile, w->visible + group * LANES, first, count, scale,
                                          scores));
  __m512 total = _mm512_load_ps(state->total);
  for (int t = 0; t < count; t += 2) {
    __m512 x = weight_of_score(scores + t * LANES, base);
    __m512 y = weight_of_score(scores + (t + 1) * LANES, base);
    total = _mm512_add_ps(total, _mm512_add_ps(x, y));
    __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x));
    __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(y));
    _mm512_store_si512(w->weights[group * PAIRS + t / 2],
                       _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
  }
  _mm512_store_ps(state->total, total);
}

#if !defined(DECODES_IN_TILES)

#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

// Adds the weighted values of a tile to 8 rows and 32 columns.
static void add_values(struct work *w, int64_t row, int64_t strip, int pairs) {
  const uint16_t *values = w->values + strip * PAIRS * 2 * COLUMNS;
  const uint32_t *weights = w->weights[row / LANES * PAIRS] + row % LANES;
  float *out = w->out + (strip * w->rows + row) * COLUMNS;
  const float *shrink = w->state[row / LANES].shrink + row % LANES;
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

static void interleave(const struct latent_decode_job *job, struct work *w, int pairs, int seen) {
  for (int p = 0; p < pairs; p++) {
    for (int64_t strip = 0; strip < w->strips; strip++) {
      interleave_pair(job, w->tile.token + 2 * p, strip, 2 * p + 2 <= seen,
                      w->values + (strip * PAIRS + p) * 2 * COLUMNS);
    }
  }
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
  interleave(job, w, pairs, seen_by_all(w, first));
  scores_and_weights(job, w, first, count);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    for (int64_t row = 0; row < w->rows; row += ROWS_AT_ONCE) {
      add_values(w, row, strip, pairs);
    }
  }
}

#else

#include "latent_tiled.h"

#endif

static void finish(const struct latent_decode_job *job, const struct work *w, float *out) {
  int64_t rows = job->query_tokens * job->heads;
  write_rows(job, w->state, out);
  __m512i first;
  if (IN_TILES && w->groups == 1) {
    // The first vector has the even columns.
    first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  } else {
    // Undoes the order of unpack: of 8 columns, the first vector has 4 and the second the others.
    first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  }
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
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

static int decode(const struct latent_decode_job *job, const void *query, const uint8_t *cache,
                  const int32_t *positions, uint8_t *memory, float *out, int fp8) {
  struct work w;
  lay_out(job, &w, memory, fp8);
  w.query = query;
  begin(job, &w);
  int found = find_tokens(job, cache, positions, w.zeros, job->from, &w.ahead);
#if defined(DECODES_IN_TILES)
  shape_tiles();
  ask_for_all(&w.asking, &w.ahead);
#else
  prefetch_tile(job, &w.ahead);
#endif
  for (int64_t first = job->from; found && first < job->to; first += TILE) {
    int count = (int)(job->to - first < TILE ? job->to - first : TILE);
    w.tile = w.ahead;
    found = find_tokens(job, cache, positions, w.zeros, first + TILE, &w.ahead);
    if (fp8) {
      widen_fp8(job, &w, count);
    }
    one_tile(job, &w, first, count);
  }
#if defined(DECODES_IN_TILES)
  _tile_release();
#endif
  finish(job, &w, out);
  return !found;
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
  return decode(job, query, cache, positions, memory, out, 0);
}

// As latent_decode_bf16, over FP8 tokens; the value width is a multiple of 128.
int KERNEL(latent_decode_fp8)(const struct latent_decode_job *job, const void *query,
                              const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                              float *out) {
  return decode(job, query, cache, positions, memory, out, 1);
}

#endif
