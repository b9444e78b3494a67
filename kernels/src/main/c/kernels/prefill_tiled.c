// The prefill of bf16 in the tiles of AMX. The product of scores has query rows as its first operand
// and keys, which are turned once a block, as its second, so that the weights of a row come to lie side
// by side, as the product with the values wants its first. The softmax of some keys runs between the
// products of others; docs/kernels/prefill.md has the plan and the counts.

#if defined(__AMX_BF16__)

#include "bf16.h"
#include "level.h"
#include "matrix_unit.h"
#include "prefill.h"
#include "row_softmax.h"
#include "transpose.h"

// A loop full of constants gets the registers it needs only in a function of its own.
#define APART static __attribute__((noinline))

enum {
  BAND = 32,              // query rows at once
  SLAB = 32,              // keys at once
  SLABS_AT_ONCE = 8,      // whose weighted values are summed up in tiles
  CHUNK = SLABS_AT_ONCE * SLAB,
  COLUMNS = 32,           // value columns at once: a strip
  STEP = 32,              // elements that a product sums over
  RING = 4,               // slabs that have scores and no weights yet
  ROWS_A_STEP = 4         // of the softmax
};

// The first operand of a step, 32 rows, or the second, 32 columns.
struct operand {
  uint8_t tile[2][TILE_ROWS * TILE_BYTES];
};

// What four tiles sum up: the scores of a band and a slab, or a band's outputs of a strip.
struct sums {
  float tile[4][TILE_ROWS * LANES];
} __attribute__((aligned(64)));

// The sums of a row's weights. Values are weighted with rounded ones, so that is what they are divided
// by: a row's highest weight is not 1 here, and would not be exact.
struct total {
  float exact[LANES];
  float rounded[LANES];
};

struct band {
  struct total total[2][BAND];  // with the slab at work and without
  float base[BAND];             // what scores are relative to
  int32_t visible[BAND];        // keys that a row sees
  struct sums *out;             // [strips]
  int now;                      // the totals without the slab at work
} __attribute__((aligned(64)));

// The scores of 32 keys for a band, and where their weights go.
struct slab {
  struct sums scores;
  struct band *band;
  struct operand *weights;
  int64_t first;  // key
  int64_t index;  // in the chunk
} __attribute__((aligned(64)));

struct work {
  const struct prefill_job *job;
  int64_t bands;
  int64_t steps;              // of a score
  int64_t strips;
  float scale;                // of scores, times log2(e); more than 0
  struct operand *queries;    // [bands, steps]
  struct operand *keys;       // [SLABS_AT_ONCE, steps]
  struct operand *values;     // [strips, SLABS_AT_ONCE]
  struct operand *weights;    // [2, SLABS_AT_ONCE]
  struct sums *out;           // [bands, strips]
  struct band *band;          // [bands]
  struct slab *slab;          // [RING]
  struct sums *unsaved;       // where the sums that are in tiles belong
  int64_t seen_by_all;        // keys; what is not finite in the values of others is left out
  int left_out;               // whether anything was
  int64_t scored;             // slabs so far
  int64_t ready;              // of them, whose softmax may begin
  int64_t weighed;            // of them, whose softmax is done
  int row;                    // of the slab at work
  vec sum;                    // of the exact totals of the rows before
};

static int64_t lay_out(const struct prefill_job *job, struct work *w, uint8_t *base) {
  const int64_t operand = sizeof(struct operand);
  uint8_t *at = base;
  w->job = job;
  w->bands = ceil_div(job->query_tokens * job->heads, BAND);
  w->steps = ceil_div(job->width, STEP);
  w->strips = ceil_div(job->value_width, COLUMNS);
  w->queries = (struct operand *)take(&at, w->bands * w->steps * operand);
  w->keys = (struct operand *)take(&at, SLABS_AT_ONCE * w->steps * operand);
  w->values = (struct operand *)take(&at, w->strips * SLABS_AT_ONCE * operand);
  w->weights = (struct operand *)take(&at, 2 * SLABS_AT_ONCE * operand);
  w->out = (struct sums *)take(&at, w->bands * w->strips * (int64_t)sizeof(struct sums));
  w->band = (struct band *)take(&at, w->bands * (int64_t)sizeof(struct band));
  w->slab = (struct slab *)take(&at, RING * (int64_t)sizeof(struct slab));
  return at - base;
}

// The first 16 numbers of a row; the others are RIGHT of them.
enum { RIGHT = TILE_ROWS * LANES };

INLINE float *row_of(struct sums *sums, int row) {
  return sums->tile[row / TILE_ROWS * 2] + row % TILE_ROWS * LANES;
}

// 32 elements, of which so many are there; zeros behind them.
INLINE __m512i elements(const uint16_t *from, int64_t count) {
  __mmask32 mask = count >= STEP ? 0xffffffffu : count <= 0 ? 0 : (1u << count) - 1;
  return _mm512_maskz_loadu_epi16(mask, from);
}

// The sign of the scale goes to the queries.
static void bring_queries(const struct work *w, const uint16_t *query) {
  const struct prefill_job *job = w->job;
  const __m512i sign = _mm512_set1_epi16(job->scale < 0 ? INT16_MIN : 0);
  const int64_t rows = job->query_tokens * job->heads;
  for (int64_t r = 0; r < w->bands * BAND; r++) {
    const uint16_t *from =
        query + r / job->heads * job->query_token + r % job->heads * job->query_head;
    struct operand *to = w->queries + r / BAND * w->steps;
    for (int64_t s = 0; s < w->steps; s++) {
      __m512i x = elements(from + s * STEP, r < rows ? job->width - s * STEP : 0);
      uint8_t *line = to[s].tile[r % BAND / TILE_ROWS] + r % TILE_ROWS * TILE_BYTES;
      _mm512_store_si512(line, _mm512_xor_si512(x, sign));
    }
  }
}

static void begin(struct work *w, const uint16_t *query) {
  const struct prefill_job *job = w->job;
  const float scale = (float)(fabs(job->scale) * 1.4426950408889634);
  // 0 times the score of a hidden key would be NaN.
  w->scale = scale > 0x1p-126f ? scale : 0x1p-126f;
  w->unsaved = &w->slab->scores;
  w->seen_by_all = visible_of(job, 0);
  w->left_out = 0;
  w->scored = w->ready = w->weighed = 0;
  w->row = 0;
  w->sum = all(0);
  bring_queries(w, query);
  memset(w->out, 0, w->bands * w->strips * sizeof(struct sums));
  memset(w->band, 0, w->bands * sizeof(struct band));
  for (int64_t r = 0; r < w->bands * BAND; r++) {
    // Rows behind the last see what it sees.
    int64_t token = r / job->heads < job->query_tokens ? r / job->heads : job->query_tokens - 1;
    int64_t seen = visible_of(job, token);
    w->band[r / BAND].visible[r % BAND] = (int32_t)(seen < INT32_MAX ? seen : INT32_MAX);
    w->band[r / BAND].out = w->out + r / BAND * w->strips;
  }
}

// Two neighbouring elements of 16 keys side by side.
static void bring_keys(const struct work *w, const uint16_t *key, int64_t count) {
  const struct prefill_job *job = w->job;
  for (int64_t t = 0; t < count; t += TILE_ROWS) {
    struct operand *to = w->keys + t / SLAB * w->steps;
    for (int64_t s = 0; s < w->steps; s++) {
      __m512i v[LANES];
#pragma GCC unroll 16
      for (int i = 0; i < LANES; i++) {
        v[i] = elements(key + (t + i) * job->key_token + s * STEP,
                        t + i < count ? job->width - s * STEP : 0);
      }
      transpose(v);
      uint8_t *tile = to[s].tile[t % SLAB / TILE_ROWS];
#pragma GCC unroll 16
      for (int i = 0; i < LANES; i++) {
        _mm512_store_si512(tile + column_of(i) * TILE_BYTES, v[i]);
      }
    }
  }
}

INLINE __m512i leave_out(struct work *w, __m512i x) {
  __mmask32 mask = not_finite(x);
  w->left_out |= mask != 0;
  return _mm512_maskz_mov_epi16(~mask, x);
}

// Values of two keys side by side, in the order that unpack gives; zeros up to a whole slab. What is not
// finite is left out if some row does not see it, which would have 0 times it.
static void bring_values(struct work *w, const uint16_t *value, int64_t first, int64_t count) {
  const struct prefill_job *job = w->job;
  for (int64_t t = 0; t < ceil_div(count, SLAB) * SLAB; t += 2) {
    const uint16_t *a = value + t * job->value_token, *b = a + job->value_token;
    struct operand *to = w->values + t / SLAB;
    int64_t at = t % SLAB / 2 * TILE_BYTES;
    for (int64_t strip = 0; strip < w->strips; strip++, to += SLABS_AT_ONCE) {
      int64_t left = job->value_width - strip * COLUMNS;
      __m512i x = elements(a + strip * COLUMNS, t < count ? left : 0);
      __m512i y = elements(b + strip * COLUMNS, t + 1 < count ? left : 0);
      if (first + t + 2 > w->seen_by_all) {
        x = leave_out(w, x);
        y = leave_out(w, y);
      }
      _mm512_store_si512(to->tile[0] + at, _mm512_unpacklo_epi16(x, y));
      _mm512_store_si512(to->tile[1] + at, _mm512_unpackhi_epi16(x, y));
    }
  }
}

// 2 to a score less the base, to 1e-7 of it, and 0 in the place of a denormal, which takes long.
INLINE vec weight(vec score, vec scale, vec base) {
  __m512 x = (__m512)(score * scale - base);
  vec r = (vec)_mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF);
  vec p = r * 0.00186713f + 0.00901703f;
  p = p * r + 0.05579991f;
  p = p * r + 0.24016445f;
  p = p * r + 0.69315131f;
  p = p * r + 1.0f;
  __mmask16 some = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-126), _CMP_NLT_UQ);
  return (vec)_mm512_maskz_scalef_ps(some, (__m512)p, x);
}

// Turns the scores of some more rows into weights.
INLINE void weigh_rows(struct work *w, struct slab *slab) {
  const vec scale = all(w->scale);
  const __m512bh ones = (__m512bh)_mm512_set1_epi16(0x3f80);
  struct band *b = slab->band;
  const int row = w->row;
  const float *scores = row_of(&slab->scores, row), *base = b->base + row;
  const struct total *before = b->total[b->now] + row;
  struct total *after = b->total[1 - b->now] + row;
  uint8_t *weights = slab->weights->tile[0] + row * TILE_BYTES;
  vec sum = w->sum;
#pragma GCC unroll 4
  for (int i = 0; i < ROWS_A_STEP; i++) {
    vec x = weight(load(scores + i * LANES), scale, all(base[i]));
    vec y = weight(load(scores + RIGHT + i * LANES), scale, all(base[i]));
    vec total = load(before[i].exact) + (x + y);
    store(after[i].exact, total);
    sum += total;
    __m512bh both = _mm512_cvtne2ps_pbh((__m512)y, (__m512)x);
    store(after[i].rounded,
          (vec)_mm512_dpbf16_ps((__m512)load(before[i].rounded), both, ones));
    _mm512_store_si512(weights + i * TILE_BYTES, (__m512i)both);
  }
  w->row = row + ROWS_A_STEP;
  w->sum = sum;
}

static void shrink_weights(const struct slab *slab, int row, vec by) {
  const __m512i odd = _mm512_set1_epi32((int32_t)0xffff0000);
  for (int64_t j = 1; j <= slab->index; j++) {
    uint8_t *line = slab->weights[-j].tile[0] + row * TILE_BYTES;
    __m512i both = _mm512_load_si512(line);
    __m512i x = (__m512i)((vec)_mm512_slli_epi32(both, 16) * by);
    __m512i y = (__m512i)((vec)_mm512_and_si512(both, odd) * by);
    _mm512_store_si512(line, _mm512_or_si512(_mm512_srli_epi32(x, 16), _mm512_and_si512(y, odd)));
  }
}

static void shrink_row(const struct work *w, const struct slab *slab, int row, vec by) {
  struct band *b = slab->band;
  struct total *total = b->total[b->now] + row;
  store(total->exact, load(total->exact) * by);
  store(total->rounded, load(total->rounded) * by);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    float *out = row_of(b->out + strip, row);
    store(out, load(out) * by);
    store(out + RIGHT, load(out + RIGHT) * by);
  }
  shrink_weights(slab, row, by);
}

// Any score is so far above it that its weight is infinite, which asks for a base.
static const float NO_BASE = -0x1p127f;

// Makes scores relative to the highest of a slab, or to what the sums have reached. Before the first
// slab there is no base yet; later it need not be the highest score, as long as no sum overflows.
APART void raise_base(const struct work *w, struct slab *slab) {
  struct band *b = slab->band;
  for (int r = 0; r < BAND; r++) {
    const float *scores = row_of(&slab->scores, r);
    vec higher = max_of(load(scores), load(scores + RIGHT));
    float highest = _mm512_reduce_max_ps((__m512)higher) * w->scale;
    float sum = sum_of(load(b->total[b->now][r].exact));
    if (sum > 0) {
      // By a power of two, so that rounded weights are as if they had been rounded later.
      float by = fmaxf(ceilf(highest - b->base[r]), (float)ilogbf(sum));
      if (by != 0) {
        shrink_row(w, slab, r, all(exp2f(-by)));
        b->base[r] += by;
      }
    } else {
      b->base[r] = highest == -__builtin_inff() ? NO_BASE : highest;
    }
  }
}

APART void weigh_again(struct work *w, struct slab *slab) {
  raise_base(w, slab);
  for (w->row = 0; w->row < BAND;) {
    weigh_rows(w, slab);
  }
}

// Goes on with the softmax, if there are scores.
INLINE void weigh(struct work *w) {
  if (w->weighed == w->ready) {
    return;
  }
  struct slab *slab = w->slab + w->weighed % RING;
  weigh_rows(w, slab);
  if (w->row < BAND) {
    return;
  }
  const __m512 most = _mm512_set1_ps(0x1p32f);
  if (_mm512_cmp_ps_mask((__m512)w->sum, most, _CMP_NLT_UQ)) {  // or NaN
    weigh_again(w, slab);
  }
  slab->band->now ^= 1;
  w->row = 0;
  w->sum = all(0);
  w->weighed++;
}

static void weigh_all(struct work *w, int64_t slabs) {
  while (w->weighed < slabs) {
    weigh(w);
  }
}

static void hide(struct slab *slab) {
  const __m512 hidden = _mm512_set1_ps(-__builtin_inff());
  for (int r = 0; r < BAND; r++) {
    int64_t seen = slab->band->visible[r] - slab->first;
    uint32_t mask = seen >= SLAB ? 0 : seen <= 0 ? 0xffffffffu : 0xffffffffu << seen;
    float *row = row_of(&slab->scores, r);
    _mm512_mask_store_ps(row, (__mmask16)mask, hidden);
    _mm512_mask_store_ps(row + RIGHT, (__mmask16)(mask >> 16), hidden);
  }
}

// Makes slabs ready whose scores are in memory.
APART void make_ready(struct work *w) {
  for (; w->ready < w->scored; w->ready++) {
    struct slab *slab = w->slab + w->ready % RING;
    if (slab->band->visible[0] < slab->first + SLAB) {
      hide(slab);
    }
    if (slab->first == 0) {
      raise_base(w, slab);
    }
  }
}

// A step is four products: rows in 4 and 5, columns in 6 and 7. What is read once a band must not
// drive out of the first-level cache what is read often.
INLINE void step(const struct operand *rows, const struct operand *columns) {
  LOAD_TILE(4, rows->tile[0], TILE_BYTES);
  STREAM_TILE(6, columns->tile[0], TILE_BYTES);
  STREAM_TILE(7, columns->tile[1], TILE_BYTES);
  _tile_dpbf16ps(0, 4, 6);
  _tile_dpbf16ps(1, 4, 7);
  LOAD_TILE(5, rows->tile[1], TILE_BYTES);
  _tile_dpbf16ps(2, 5, 6);
  _tile_dpbf16ps(3, 5, 7);
}

#define SAVE(i) _tile_stored(i, before->tile[i], TILE_BYTES)

// The first step of some sums. Those before are saved between its products: four stores one after
// another would wait for the last products, and all that follows for them.
#define FIRST_STEP(NAME, BEGIN) \
  INLINE void NAME(struct work *w, struct sums *sums, const struct operand *rows, \
                   const struct operand *columns) { \
    struct sums *before = w->unsaved; \
    LOAD_TILE(4, rows->tile[0], TILE_BYTES); \
    STREAM_TILE(6, columns->tile[0], TILE_BYTES); \
    STREAM_TILE(7, columns->tile[1], TILE_BYTES); \
    SAVE(0); \
    BEGIN(0, sums->tile[0], TILE_BYTES); \
    _tile_dpbf16ps(0, 4, 6); \
    SAVE(1); \
    BEGIN(1, sums->tile[1], TILE_BYTES); \
    _tile_dpbf16ps(1, 4, 7); \
    LOAD_TILE(5, rows->tile[1], TILE_BYTES); \
    SAVE(2); \
    BEGIN(2, sums->tile[2], TILE_BYTES); \
    _tile_dpbf16ps(2, 5, 6); \
    SAVE(3); \
    BEGIN(3, sums->tile[3], TILE_BYTES); \
    _tile_dpbf16ps(3, 5, 7); \
    WRITTEN; \
    w->unsaved = sums; \
  }

#define CLEAR_TILE(i, from, bytes) _tile_zero(i)

FIRST_STEP(step_from_zero, CLEAR_TILE)
FIRST_STEP(step_from_memory, LOAD_TILE)

static void save(const struct work *w) {
  struct sums *before = w->unsaved;
  SAVE(0);
  SAVE(1);
  SAVE(2);
  SAVE(3);
  WRITTEN;
}

APART void score(struct work *w, struct slab *slab, const struct operand *queries,
                 const struct operand *keys) {
  step_from_zero(w, &slab->scores, queries, keys);
  make_ready(w);
  for (int64_t s = 1; s < w->steps; s++) {
    step(queries + s, keys + s);
    weigh(w);
  }
  w->scored++;
}

// A band whose weights of a chunk are not multiplied with the values yet.
struct unadded {
  struct band *band;
  const struct operand *weights;
  int64_t slabs;
};

APART void add_values(struct work *w, const struct unadded *u) {
  const struct operand *values = w->values;
  for (int64_t strip = 0; strip < w->strips; strip++, values += SLABS_AT_ONCE) {
    step_from_memory(w, u->band->out + strip, u->weights, values);
    make_ready(w);
    for (int64_t j = 1; j < u->slabs; j++) {
      step(u->weights + j, values + j);
      weigh(w);
    }
  }
}

static void score_band(struct work *w, int64_t first, int64_t band, struct operand *weights,
                       int64_t slabs) {
  for (int64_t j = 0; j < slabs; j++) {
    weigh_all(w, w->scored - RING + 1);
    struct slab *slab = w->slab + w->scored % RING;
    slab->band = w->band + band;
    slab->weights = weights + j;
    slab->first = first + j * SLAB;
    slab->index = j;
    score(w, slab, w->queries + band * w->steps, w->keys + j * w->steps);
  }
}

// Takes in a chunk of keys. The softmax of a band's last slabs runs while the values of the band before
// are added.
static void attend(struct work *w, int64_t first, int64_t count) {
  struct unadded before = {0}, now;
  struct operand *weights = w->weights, *others = weights + SLABS_AT_ONCE;
  for (int64_t band = 0; band < w->bands; band++) {
    int64_t seen = w->band[band].visible[BAND - 1] - first;
    if (seen <= 0) {
      continue;
    }
    now = (struct unadded){w->band + band, weights, ceil_div(seen < count ? seen : count, SLAB)};
    score_band(w, first, band, weights, now.slabs);
    weigh_all(w, w->scored - now.slabs);
    if (before.band) {
      add_values(w, &before);
    }
    before = now;
    weights = others;
    others = w->weights + (weights == w->weights) * SLABS_AT_ONCE;
  }
  if (before.band) {
    save(w);
    make_ready(w);
    weigh_all(w, w->scored);
    add_values(w, &before);
  }
}

// Some of 16 columns.
INLINE void store_columns(const struct prefill_job *job, vec columns, int64_t left, void *out,
                          int64_t at) {
  __mmask16 mask = left >= LANES ? 0xffff : left <= 0 ? 0 : (__mmask16)((1u << left) - 1);
  if (job->out_float) {
    _mm512_mask_storeu_ps((float *)out + at, mask, (__m512)columns);
  } else {
    _mm256_mask_storeu_epi16((uint16_t *)out + at, mask,
                             (__m256i)_mm512_cvtneps_pbh((__m512)columns));
  }
}

// Undoes the order of unpack: of 8 columns, the first vector has 4 and the second the others.
static void finish_row(const struct work *w, int64_t row, float factor, void *out) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second =
      _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const struct prefill_job *job = w->job;
  int64_t at = row / job->heads * job->out_token + row % job->heads * job->out_head;
  for (int64_t strip = 0; strip < w->strips; strip++, at += COLUMNS) {
    int64_t left = job->value_width - strip * COLUMNS;
    const float *sums = row_of(w->band[row / BAND].out + strip, row % BAND);
    __m512 a = _mm512_load_ps(sums), b = _mm512_load_ps(sums + RIGHT);
    store_columns(job, (vec)_mm512_permutex2var_ps(a, first, b) * factor, left, out, at);
    store_columns(job, (vec)_mm512_permutex2var_ps(a, second, b) * factor, left - LANES, out,
                  at + LANES);
  }
}

// Adds to a row of sums the elements that it sees and that were left out; they count as one each, which
// makes no difference to what is infinite or NaN.
static void add_left_out(const struct work *w, int64_t row, const uint16_t *value) {
  const struct prefill_job *job = w->job;
  const struct band *b = w->band + row / BAND;
  const __m512i zero = _mm512_setzero_si512();
  for (int64_t key = w->seen_by_all - w->seen_by_all % 2; key < b->visible[row % BAND]; key++) {
    for (int64_t strip = 0; strip < w->strips; strip++) {
      const uint16_t *from = value + key * job->value_token + strip * COLUMNS;
      __m512i x = elements(from, job->value_width - strip * COLUMNS);
      x = _mm512_maskz_mov_epi16(not_finite(x), x);
      float *sums = row_of(b->out + strip, row % BAND);
      // In the upper half of a float32, a bf16 is that number.
      store(sums, load(sums) + (vec)_mm512_unpacklo_epi16(zero, x));
      store(sums + RIGHT, load(sums + RIGHT) + (vec)_mm512_unpackhi_epi16(zero, x));
    }
  }
}

static void finish(const struct work *w, const uint16_t *value, void *out, float *lse) {
  const struct prefill_job *job = w->job;
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    const struct band *b = w->band + row / BAND;
    const struct total *sums = b->total[b->now] + row % BAND;
    float total = sum_of(load(sums->exact));
    write_lse(job, row, b->base[row % BAND], total, lse);
    if (w->left_out) {
      add_left_out(w, row, value);
    }
    finish_row(w, row, total == 0 ? 0 : 1 / sum_of(load(sums->rounded)), out);
  }
}

int64_t KERNEL(prefill_bf16_work)(const struct prefill_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As prefill_float32.
void KERNEL(prefill_bf16)(const struct prefill_job *job, const uint16_t *query,
                          const uint16_t *key, const uint16_t *value, uint8_t *memory, void *out,
                          float *lse) {
  struct work w;
  lay_out(job, &w, memory);
  begin(&w, query);
  shape_tiles();
  int64_t end = visible_of(job, job->query_tokens - 1);
  for (int64_t first = 0; first < end; first += CHUNK) {
    int64_t count = end - first < CHUNK ? end - first : CHUNK;
    bring_keys(&w, key + first * job->key_token, count);
    bring_values(&w, value + first * job->value_token, first, count);
    attend(&w, first, count);
  }
  save(&w);
  _tile_release();
  finish(&w, value, out, lse);
}

#endif
