// Attention of many queries in float32: the part that one thread does. docs/kernels/encoder.md has
// the plan and the counts.
//
// The queries of a strip are the lanes of two vectors: scores come out as [keys, STRIP], which is
// an operand of the second product as it stands, and maxima and sums need no reduction across
// lanes. Keys and values are read where they lie. One that is not finite reaches the rows that see it and
// no other.

#include "level.h"
#include "vector.h"

enum {
  STRIP = 2 * LANES,
  MOST_STRIP = 32,  // queries for which Java brings working memory
  BLOCK = 128,      // keys whose scores stay in the first-level cache
#if defined(__AVX512F__)
  TILE_ROWS = 12,   // with two vectors of queries, 24 sums
#else
  TILE_ROWS = 4,
#endif
};

struct strides {
  int64_t batch, token, head;
};

// The layout is repeated in io.mla4j.kernels.c.NativeAttention.
struct attention_job {
  int64_t queries, query_heads, keys, key_heads;
  int64_t width, value_width;
  struct strides query, key, value, out;
  int64_t more_width;  // of a second part of queries and keys, or 0
  struct strides more_query, more_key;
  int64_t causal, window;  // window 0: none
  int64_t pieces;          // of MOST_STRIP rows for each batch entry and key head
  double scale;
};

struct attention {
  struct attention_job job;
  const float *query, *key, *value, *more_query, *more_key;
  const uint8_t *mask;  // [batch, keys], 0 where nobody sees the key; or null
  float *out;
};

// Rows of one batch entry and key head; row r is token r / sharing, head r % sharing.
struct strip {
  const struct attention *a;
  int64_t batch, group, row, end_row;
  int64_t sharing;
  float *packed;  // [width + more_width, STRIP]
  float *scores;  // [BLOCK, STRIP]
  float *result;  // [value_width, STRIP]
  vec max[2], sum[2], factor[2];
};

static inline int64_t clamp(int64_t x, int64_t low, int64_t high) {
  return x < low ? low : x > high ? high : x;
}

static inline int64_t offset(struct strides s, int64_t batch, int64_t token, int64_t head) {
  return batch * s.batch + token * s.token + head * s.head;
}

static inline int64_t row_offset(const struct strip *s, struct strides strides, int64_t row) {
  return offset(strides, s->batch, row / s->sharing, s->group * s->sharing + row % s->sharing);
}

static int64_t first_key(const struct strip *s, int64_t row) {
  const struct attention_job *job = &s->a->job;
  int64_t position = job->keys - job->queries + row / s->sharing;
  return job->window == 0 ? 0 : clamp(position - job->window + 1, 0, job->keys);
}

static int64_t end_key(const struct strip *s, int64_t row) {
  const struct attention_job *job = &s->a->job;
  int64_t position = job->keys - job->queries + row / s->sharing;
  if (job->causal) {
    return clamp(position + 1, 0, job->keys);
  }
  return job->window == 0 ? job->keys : clamp(position + job->window, 0, job->keys);
}

// The left operand of a product where it lies: `depth` elements of a row, a step apart.
struct operand {
  const float *x;
  int64_t row, step, depth;
};

INLINE void add_steps(int rows, struct operand from, const float *strip, vec *left, vec *right) {
  for (int64_t k = 0; k < from.depth; k++, from.x += from.step, strip += STRIP) {
    vec a = load(strip), b = load(strip + LANES);
    for (int r = 0; r < rows; r++) {
      float element = from.x[r * from.row];
      left[r] += a * element;
      right[r] += b * element;
    }
  }
}

// out[r, l] = out[r, l] * factor[l] + the sum over k of x[r, k] * strip[k, l], where k runs through
// both operands; without the first term where the factor is null.
INLINE void tile(int rows, struct operand first, struct operand second, const float *strip,
                 float *out, const vec *factor) {
  vec left[TILE_ROWS], right[TILE_ROWS];
  for (int r = 0; r < rows; r++) {
    left[r] = factor ? load(out + r * STRIP) * factor[0] : (vec){0};
    right[r] = factor ? load(out + r * STRIP + LANES) * factor[1] : (vec){0};
  }
  add_steps(rows, first, strip, left, right);
  add_steps(rows, second, strip + first.depth * STRIP, left, right);
  for (int r = 0; r < rows; r++) {
    store(out + r * STRIP, left[r]);
    store(out + r * STRIP + LANES, right[r]);
  }
}

#define TILE(n) tile(n, first, second, strip, out, factor)

// A function for every number of rows, so that the sums stay in registers.
INLINE void tile_of(int64_t rows, struct operand first, struct operand second, const float *strip,
                    float *out, const vec *factor) {
  switch (rows) {
    case 1: TILE(1); break;
    case 2: TILE(2); break;
    case 3: TILE(3); break;
#if defined(__AVX512F__)
    case 4: TILE(4); break;
    case 5: TILE(5); break;
    case 6: TILE(6); break;
    case 7: TILE(7); break;
    case 8: TILE(8); break;
    case 9: TILE(9); break;
    case 10: TILE(10); break;
    case 11: TILE(11); break;
#endif
    default: TILE(TILE_ROWS); break;
  }
}

static struct operand from_row(struct operand o, int64_t row) {
  o.x += row * o.row;
  return o;
}

// Rows are cut into equal tiles of at most TILE_ROWS.
INLINE void product(int64_t rows, struct operand first, struct operand second, const float *strip,
                    float *out, const vec *factor) {
  int64_t tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = rows * i / tiles, count = rows * (i + 1) / tiles - row;
    tile_of(count, from_row(first, row), from_row(second, row), strip, out + row * STRIP, factor);
  }
}

#if defined(__AVX512F__)
INLINE void exchange(vec *low, vec *high, int distance) {
  int32_t stay[LANES], move[LANES];
  for (int i = 0; i < LANES; i++) {
    stay[i] = i & distance ? LANES + i - distance : i;
    move[i] = i & distance ? LANES + i : i + distance;
  }
  __m512 a = (__m512)*low, b = (__m512)*high;
  *low = (vec)_mm512_permutex2var_ps(a, _mm512_loadu_si512(stay), b);
  *high = (vec)_mm512_permutex2var_ps(a, _mm512_loadu_si512(move), b);
}

INLINE void transpose_by(vec v[LANES], int distance) {
  for (int i = 0; i < LANES; i++) {
    if (!(i & distance)) {
      exchange(&v[i], &v[i + distance], distance);
    }
  }
}

INLINE void transpose(vec v[LANES]) {
  transpose_by(v, 8);
  transpose_by(v, 4);
  transpose_by(v, 2);
  transpose_by(v, 1);
}
#else
INLINE void transpose(vec v[LANES]) {
  vec turned[LANES];
  for (int i = 0; i < LANES; i++) {
    for (int j = 0; j < LANES; j++) {
      turned[j][i] = v[i][j];
    }
  }
  memcpy(v, turned, sizeof turned);
}
#endif

static void pack_half(const struct strip *s, const float *query, struct strides strides,
                      int64_t width, int half, float *packed) {
  float scale = (float)s->a->job.scale;
  int64_t row = s->row + half * LANES;
  int64_t rows = clamp(s->end_row - row, 0, LANES);
  const float *from[LANES];
  for (int64_t r = 0; r < rows; r++) {
    from[r] = query + row_offset(s, strides, row + r);
  }
  for (int64_t d = 0; d < width; d += LANES) {
    int64_t count = clamp(width - d, 0, LANES);
    vec v[LANES];
    for (int r = 0; r < LANES; r++) {
      v[r] = r >= rows ? (vec){0} : count == LANES ? load(from[r] + d)
                                                   : load_part(from[r] + d, count);
    }
    transpose(v);
    for (int64_t i = 0; i < count; i++) {
      store(packed + (d + i) * STRIP + half * LANES, v[i] * scale);
    }
  }
}

static void pack_queries(const struct strip *s) {
  const struct attention_job *job = &s->a->job;
  for (int half = 0; half < 2; half++) {
    pack_half(s, s->a->query, job->query, job->width, half, s->packed);
    if (job->more_width > 0) {
      pack_half(s, s->a->more_query, job->more_query, job->more_width, half,
                s->packed + job->width * STRIP);
    }
  }
}

static int is_hidden(const struct strip *s, int64_t key) {
  return s->a->mask && s->a->mask[s->batch * s->a->job.keys + key] == 0;
}

static int all_hidden(const struct strip *s, int64_t from, int64_t to) {
  for (int64_t key = from; key < to; key++) {
    if (!is_hidden(s, key)) {
      return 0;
    }
  }
  return 1;
}

static void hide_lane(float *lane, int64_t from, int64_t to) {
  for (int64_t k = from; k < to; k++) {
    lane[k * STRIP] = -INFINITY;
  }
}

static void hide(const struct strip *s, int64_t first, int64_t count) {
  if (first_key(s, s->end_row - 1) > first || end_key(s, s->row) < first + count) {
    for (int64_t row = s->row; row < s->end_row; row++) {
      float *lane = s->scores + row - s->row;
      hide_lane(lane, 0, clamp(first_key(s, row) - first, 0, count));
      hide_lane(lane, clamp(end_key(s, row) - first, 0, count), count);
    }
  }
  if (s->a->mask) {
    for (int64_t k = 0; k < count; k++) {
      if (is_hidden(s, first + k)) {
        store(s->scores + k * STRIP, all(-INFINITY));
        store(s->scores + k * STRIP + LANES, all(-INFINITY));
      }
    }
  }
}

// Turns a block's scores into exponentials relative to the largest so far.
static void take(struct strip *s, int64_t count) {
  vec max[2] = {s->max[0], s->max[1]};
  for (int64_t k = 0; k < count; k++) {
    // A NaN is no maximum, but its exponential is NaN and so is the sum.
    max[0] = max_of(load(s->scores + k * STRIP), max[0]);
    max[1] = max_of(load(s->scores + k * STRIP + LANES), max[1]);
  }
  vec reference[2], sum[2];
  for (int h = 0; h < 2; h++) {
    // -inf - -inf is NaN; any finite reference turns the scores of hidden keys into zeros.
    reference[h] = blend(max[h] == -INFINITY, (vec){0}, max[h]);
    s->factor[h] = exp_of(s->max[h] - reference[h]);
    sum[h] = (vec){0};
  }
  for (int64_t k = 0; k < count; k++) {
    float *score = s->scores + k * STRIP;
    vec a = exp_of(load(score) - reference[0]);
    vec b = exp_of(load(score + LANES) - reference[1]);
    store(score, a);
    store(score + LANES, b);
    sum[0] += a;
    sum[1] += b;
  }
  for (int h = 0; h < 2; h++) {
    s->sum[h] = s->sum[h] * s->factor[h] + sum[h];
    s->max[h] = max[h];
  }
}

static void score(const struct strip *s, int64_t first, int64_t count) {
  const struct attention *a = s->a;
  const struct attention_job *job = &a->job;
  struct operand key = {a->key + offset(job->key, s->batch, first, s->group), job->key.token, 1,
                        job->width};
  struct operand more = {0};
  if (job->more_width > 0) {
    more = (struct operand){a->more_key + offset(job->more_key, s->batch, first, s->group),
                            job->more_key.token, 1, job->more_width};
  }
  product(count, key, more, s->packed, s->scores, 0);
  hide(s, first, count);
}

static const float *value_of(const struct strip *s, int64_t key) {
  return s->a->value + offset(s->a->job.value, s->batch, key, s->group);
}

static int sees(const struct strip *s, int64_t row, int64_t key) {
  return first_key(s, row) <= key && key < end_key(s, row) && !is_hidden(s, key);
}

// Whether the values of all keys of a block that some row does not see are finite, so that a weight
// of 0 takes nothing from them.
static int hidden_are_finite(const struct strip *s, int64_t first, int64_t count) {
  int64_t from = first_key(s, s->end_row - 1), to = end_key(s, s->row);
  for (int64_t key = first; key < first + count; key++) {
    int hidden = key < from || key >= to || is_hidden(s, key);
    if (hidden && !all_finite(value_of(s, key), s->a->job.value_width)) {
      return 0;
    }
  }
  return 1;
}

// Adds to a row the values of a block that it sees.
static void add_seen(const struct strip *s, int64_t row, int64_t first, int64_t count) {
  float *sums = s->result + row - s->row;
  const float *weights = s->scores + row - s->row;
  const int64_t width = s->a->job.value_width;
  for (int64_t k = 0; k < count; k++) {
    if (sees(s, row, first + k)) {
      const float *value = value_of(s, first + k);
      for (int64_t v = 0; v < width; v++) {
        sums[v * STRIP] += weights[k * STRIP] * value[v];
      }
    }
  }
}

// As add_values, row by row: rare enough for plain loops.
static void add_to_each(const struct strip *s, int64_t first, int64_t count, int any) {
  for (int64_t v = 0; v < s->a->job.value_width; v++) {
    for (int half = 0; half < 2; half++) {
      float *sums = s->result + v * STRIP + half * LANES;
      store(sums, any ? load(sums) * s->factor[half] : (vec){0});
    }
  }
  for (int64_t row = s->row; row < s->end_row; row++) {
    add_seen(s, row, first, count);
  }
}

// Each column of the values is a row of the product.
static void add_values(const struct strip *s, int64_t first, int64_t count, int any) {
  if (!hidden_are_finite(s, first, count)) {
    add_to_each(s, first, count, any);
    return;
  }
  const struct attention_job *job = &s->a->job;
  struct operand value = {value_of(s, first), 1, job->value.token, count};
  struct operand none = {0};
  if (any) {
    product(job->value_width, value, none, s->scores, s->result, s->factor);
  } else {
    product(job->value_width, value, none, s->scores, s->result, 0);
  }
}

// Returns whether any block was taken.
static int take_keys(struct strip *s) {
  int64_t end = end_key(s, s->end_row - 1);
  int any = 0;
  for (int64_t first = first_key(s, s->row); first < end; first += BLOCK) {
    int64_t count = end - first < BLOCK ? end - first : BLOCK;
    if (!all_hidden(s, first, first + count)) {
      score(s, first, count);
      take(s, count);
      add_values(s, first, count, any);
      any = 1;
    }
  }
  return any;
}

static void write(const struct strip *s, int any) {
  const struct attention_job *job = &s->a->job;
  for (int half = 0; half < 2; half++) {
    int64_t row = s->row + half * LANES;
    int64_t rows = clamp(s->end_row - row, 0, LANES);
    vec sum = s->sum[half];
    vec inverse = any ? blend(sum == 0, (vec){0}, 1 / sum) : (vec){0};
    for (int64_t d = 0; d < job->value_width; d += LANES) {
      int64_t count = clamp(job->value_width - d, 0, LANES);
      vec v[LANES];
      for (int i = 0; i < LANES; i++) {
        v[i] = any && i < count ? load(s->result + (d + i) * STRIP + half * LANES) * inverse
                                : (vec){0};
      }
      transpose(v);
      for (int64_t r = 0; r < rows; r++) {
        float *to = s->a->out + row_offset(s, job->out, row + r) + d;
        if (count == LANES) {
          store(to, v[r]);
        } else {
          store_part(to, v[r], count);
        }
      }
    }
  }
}

static void run_strip(struct strip *s) {
  for (int h = 0; h < 2; h++) {
    s->max[h] = all(-INFINITY);
    s->sum[h] = (vec){0};
  }
  pack_queries(s);
  write(s, take_keys(s));
}

static void run_task(const struct attention *a, int64_t task, float *work) {
  int64_t pair = task / a->job.pieces;
  struct strip s = {.a = a, .batch = pair / a->job.key_heads, .group = pair % a->job.key_heads};
  s.sharing = a->job.query_heads / a->job.key_heads;
  s.packed = work;
  s.scores = s.packed + (a->job.width + a->job.more_width) * STRIP;
  s.result = s.scores + BLOCK * STRIP;
  int64_t rows = a->job.queries * s.sharing;
  int64_t start = task % a->job.pieces * MOST_STRIP;
  int64_t end = start + MOST_STRIP < rows ? start + MOST_STRIP : rows;
  for (s.row = start; s.row < end; s.row += STRIP) {
    s.end_row = s.row + STRIP < end ? s.row + STRIP : end;
    run_strip(&s);
  }
}

// Tasks `from` to `to`; the second parts and the mask may be null. Work has room for
// (width + more_width + BLOCK + value_width) * MOST_STRIP elements.
void KERNEL(attention)(const struct attention_job *job, const float *query, const float *key,
                       const float *value, const float *more_query, const float *more_key,
                       const uint8_t *mask, float *out, float *work, int64_t from, int64_t to) {
  struct attention a = {*job, query, key, value, more_query, more_key, mask, out};
  for (int64_t task = from; task < to; task++) {
    run_task(&a, task, work);
  }
}
