// Attention over a paged cache with separate keys and values, of float32 or bf16, in float32.
//
// Few query heads share a key head, so that elements of a key are the lanes of the scores: a vector
// of a key is read once for up to four query rows, and the sums of all lanes are made for as many
// pairs of rows and keys at once as a vector has lanes. Elements of a value are the lanes of the
// values. The next tile of tokens is asked for in the order of its addresses, all key heads of a token
// after another, as the processor's own prefetching follows only that.

#include "lane_sums.h"
#include "level.h"
#include "paged_tile.h"

#define UNROLL _Pragma("GCC unroll 16")

// A loop full of sums gets the registers it needs only in a function of its own.
#define APART static __attribute__((noinline))

static void begin(struct work *w, const float *query) {
  const struct paged_decode_job *job = w->job;
  float scale = (float)(job->scale * 1.4426950408889634);
  int64_t rows = job->query_tokens * job->sharing;
  memset(w->query, 0, job->key_heads * w->rows * w->query_stride * 4);
  memset(w->out, 0, job->key_heads * w->rows * w->out_stride * 4);
  memset(w->total, 0, job->key_heads * w->rows * 4);
  for (int64_t i = 0; i < job->key_heads * w->rows; i++) {
    w->highest[i] = -INFINITY;
  }
  for (int64_t i = 0; i < job->key_heads * rows; i++) {
    int64_t head = i / rows, row = i % rows;
    const float *from = query + row / job->sharing * job->query_token +
                        (head * job->sharing + row % job->sharing) * job->width;
    float *to = w->query + (head * w->rows + row) * w->query_stride;
    for (int64_t d = 0; d < job->width; d++) {
      to[place_in_chunks(w->bf16, d)] = from[d] * scale;
    }
  }
}

// Adds the products of a chunk of some rows and of some keys, which start at `byte`.
INLINE void add_products(const struct work *w, int bf16, int rows, const float *query, int first,
                         int64_t byte, int64_t part, vec *sums) {
  const int keys = LANES / rows, halves = halves_of(bf16);
  vec q[MOST_ROWS][MOST_HALVES];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int h = 0; h < halves; h++) {
      q[r][h] = load(query + r * w->query_stride + h * LANES);
    }
  }
  UNROLL for (int k = 0; k < keys; k++) {
    vec x[MOST_HALVES];
    const uint8_t *key = w->tile->key[first + k] + byte;
    if (part > 0) {
      load_chunk_part(bf16, key, part, x);
    } else {
      load_chunk(bf16, key, x);
    }
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int h = 0; h < halves; h++) { sums[r * keys + k] += x[h] * q[r][h]; }
    }
  }
}

// The scores of LANES / rows tokens.
INLINE void score_keys(struct work *w, int bf16, int rows, int64_t head, const float *query,
                       int first) {
  const int keys = LANES / rows;
  int64_t byte = bytes_of(bf16, head * w->job->width);
  int64_t chunks = w->job->width / chunk_of(bf16), part = w->job->width % chunk_of(bf16);
  vec sums[LANES];
  UNROLL for (int i = 0; i < LANES; i++) { sums[i] = (vec){0}; }
  for (int64_t c = 0; c < chunks; c++) {
    add_products(w, bf16, rows, query + c * chunk_of(bf16), first, byte + c * VECTOR_BYTES, 0, sums);
    look_ahead(&w->ahead);
  }
  if (part > 0) {
    add_products(w, bf16, rows, query + chunks * chunk_of(bf16), first,
                 byte + chunks * VECTOR_BYTES, part, sums);
    look_ahead(&w->ahead);
  }
  float scores[LANES];
  store(scores, sums_of_lanes(sums));
  UNROLL for (int r = 0; r < rows; r++) {
    memcpy(w->weights + r * MOST_TILE + first, scores + r * keys, keys * 4);
  }
}

INLINE void score_tile(struct work *w, int bf16, int rows, int64_t head, const float *query) {
  for (int t = 0; t < w->tile->count; t += LANES / rows) {
    score_keys(w, bf16, rows, head, query, t);
  }
}

// Adds the weighted values of a tile to some rows and vectors of sums, from element `place` on.
INLINE void add_vectors(struct work *w, int bf16, int rows, int chunks, float *out, int64_t byte,
                        int64_t part) {
  const int halves = halves_of(bf16);
  vec sums[MOST_ROWS][SUMS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < chunks * halves; v++) {
      sums[r][v] = load(out + r * w->out_stride + v * LANES) * w->shrink[r];
    }
  }
  for (int t = w->from; t < w->to; t++) {
    const uint8_t *value = w->tile->value[t] + byte;
    if (t % TURN == 0) {
      look_ahead(&w->ahead);
    }
    UNROLL for (int c = 0; c < chunks; c++) {
      vec x[MOST_HALVES];
      if (part > 0) {
        load_chunk_part(bf16, value, part, x);
      } else {
        load_chunk(bf16, value + c * VECTOR_BYTES, x);
      }
      UNROLL for (int r = 0; r < rows; r++) {
        float weight = w->weights[r * MOST_TILE + t];
        UNROLL for (int h = 0; h < halves; h++) { sums[r][c * halves + h] += x[h] * weight; }
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < chunks * halves; v++) {
      store(out + r * w->out_stride + v * LANES, sums[r][v]);
    }
  }
}

INLINE void add_values(struct work *w, int bf16, int rows, int64_t head, float *out) {
  const int together = sums_together(rows) / halves_of(bf16);
  int64_t byte = bytes_of(bf16, head * w->job->value_width);
  int64_t chunks = w->job->value_width / chunk_of(bf16);
  int64_t part = w->job->value_width % chunk_of(bf16), c = 0;
  for (; c + together <= chunks; c += together) {
    add_vectors(w, bf16, rows, together, out + c * chunk_of(bf16), byte + c * VECTOR_BYTES, 0);
  }
  for (; c < chunks; c++) {
    add_vectors(w, bf16, rows, 1, out + c * chunk_of(bf16), byte + c * VECTOR_BYTES, 0);
  }
  if (part > 0) {
    add_vectors(w, bf16, rows, 1, out + c * chunk_of(bf16), byte + c * VECTOR_BYTES, part);
  }
}

#define ROWS(bf16, name, rows) \
  APART void score_##name(struct work *w, int64_t head, const float *query) { \
    score_tile(w, bf16, rows, head, query); \
  } \
  APART void add_##name(struct work *w, int64_t head, float *out) { \
    add_values(w, bf16, rows, head, out); \
  }

ROWS(0, one_float32, 1)
ROWS(0, two_float32, 2)
ROWS(0, four_float32, 4)
ROWS(1, one_bf16, 1)
ROWS(1, two_bf16, 2)
ROWS(1, four_bf16, 4)

static void score_rows(struct work *w, int rows, int64_t head, const float *query) {
  switch (rows) {
    case 1: (w->bf16 ? score_one_bf16 : score_one_float32)(w, head, query); break;
    case 2: (w->bf16 ? score_two_bf16 : score_two_float32)(w, head, query); break;
    default: (w->bf16 ? score_four_bf16 : score_four_float32)(w, head, query);
  }
}

static void add_rows(struct work *w, int rows, int64_t head, float *out) {
  switch (rows) {
    case 1: (w->bf16 ? add_one_bf16 : add_one_float32)(w, head, out); break;
    case 2: (w->bf16 ? add_two_bf16 : add_two_float32)(w, head, out); break;
    default: (w->bf16 ? add_four_bf16 : add_four_float32)(w, head, out);
  }
}

static int clamp_to(int64_t x, int most) { return x < 0 ? 0 : x < most ? (int)x : most; }

static float highest_of(const float *scores, int padded) {
  vec highest = all(-INFINITY);
  for (int t = 0; t < padded; t += LANES) {
    highest = max_of(load(scores + t), highest);  // a NaN is none
  }
  return most_of(highest);
}

static float exp2_of_one(float x) {
  float lanes[LANES];
  store(lanes, exp2_of(all(x)));
  return lanes[0];
}

// Turns the scores of one row into weights; `place` is where its state is, `r` its place among those
// at work.
static void weigh(struct work *w, int r, int64_t place, int from, int to) {
  float *scores = w->weights + r * MOST_TILE;
  int padded = (int)ceil_div(w->tile->count, LANES) * LANES;
  for (int t = 0; t < from; t++) {
    scores[t] = -INFINITY;
  }
  for (int t = to > from ? to : from; t < padded; t++) {
    scores[t] = -INFINITY;
  }
  float before = w->highest[place], highest = highest_of(scores, padded);
  highest = highest > before ? highest : before;
  // A row that has seen nothing yet subtracts 0: its scores are all -inf and weigh nothing.
  float base = highest == -INFINITY ? 0 : highest;
  vec total = all(0);
  for (int t = 0; t < padded; t += LANES) {
    vec x = weight_of(scores + t, all(base));
    store(scores + t, x);
    total += x;
  }
  w->shrink[r] = before == highest ? 1 : exp2_of_one(before - base);
  w->total[place] = w->total[place] * w->shrink[r] + sum_of(total);
  w->highest[place] = highest;
}

// Tokens of the tile from `first` on that a row sees.
static void find_seen(const struct work *w, int64_t row, int64_t first, int *from, int *to) {
  const struct paged_decode_job *job = w->job;
  int64_t position = job->position + row / job->sharing, count = w->tile->count;
  int64_t end = job->causal ? position + 1 : job->window ? position + job->window : first + count;
  *from = job->window ? clamp_to(position - job->window + 1 - first, (int)count) : 0;
  *to = clamp_to(end - first, (int)count);
}

static void weigh_rows(struct work *w, int rows, int64_t head, int64_t row, int64_t first) {
  int64_t last = w->job->query_tokens * w->job->sharing - 1;
  w->from = w->tile->count;
  w->to = 0;
  for (int r = 0; r < rows; r++) {
    int from, to;
    find_seen(w, row + r < last ? row + r : last, first, &from, &to);
    weigh(w, r, head * w->rows + row + r, from, to);
    w->from = from < w->from ? from : w->from;
    w->to = to > w->to ? to : w->to;
  }
}

// Whether every row sees all of a tile. The first query token sees least of what is behind it, the last
// least of what is before.
static int all_see_all(const struct work *w, int64_t first) {
  int from, to, unused;
  find_seen(w, 0, first, &unused, &to);
  find_seen(w, w->job->query_tokens * w->job->sharing - 1, first, &from, &unused);
  return from == 0 && to == w->tile->count;
}

// As rows_together, of rows that see the same of a tile: a weight of 0 would take NaN from a value that
// another row sees.
static int alike_together(const struct work *w, int64_t row, int64_t left, int64_t first) {
  int from, to, other_from, other_to, alike = 1;
  find_seen(w, row, first, &from, &to);
  for (; alike < MOST_ROWS && alike < left; alike++) {
    find_seen(w, row + alike, first, &other_from, &other_to);
    if (other_from != from || other_to != to) {
      return alike < 2 ? 1 : 2;
    }
  }
  // There is a row of nothing behind the last three only where fours begin at the first row.
  return alike == 3 && row % MOST_ROWS != 0 ? 2 : rows_together(alike);
}

static void attend(struct work *w, int64_t first) {
  int64_t rows = w->job->query_tokens * w->job->sharing;
  int whole = all_see_all(w, first);
  for (int64_t head = 0; head < w->job->key_heads; head++) {
    int together;
    for (int64_t row = 0; row < rows; row += together) {
      int64_t left = rows - row;
      together = whole ? rows_together(left) : alike_together(w, row, left, first);
      int64_t place = head * w->rows + row;
      score_rows(w, together, head, w->query + place * w->query_stride);
      weigh_rows(w, together, head, row, first);
      add_rows(w, together, head, w->out + place * w->out_stride);
    }
  }
}

static void write_out(const struct work *w, float *out) {
  const struct paged_decode_job *job = w->job;
  int64_t heads = job->key_heads * job->sharing, rows = job->query_tokens * heads;
  for (int64_t i = 0; i < rows; i++) {
    int64_t head = i % heads / job->sharing;
    int64_t row = i / heads * job->sharing + i % heads % job->sharing;
    int64_t place = head * w->rows + row;
    const float *from = w->out + place * w->out_stride;
    for (int64_t v = 0; v < job->value_width; v++) {
      out[i * job->value_width + v] = from[place_in_chunks(w->bf16, v)];
    }
    float total = w->total[place];
    // A row without a number as its score has not seen nothing.
    out[rows * job->value_width + i] = total != total ? total : w->highest[place];
    out[rows * (job->value_width + 1) + i] = total;
  }
}

static void decode(const struct paged_decode_job *job, int bf16, const float *query,
                   const uint8_t *keys, const uint8_t *values, const int32_t *blocks,
                   uint8_t *memory, float *out) {
  struct work w;
  lay_out(job, bf16, &w, memory);
  begin(&w, query);
  find_tokens(&w, keys, values, blocks, job->from, w.next);
  for (int64_t first = job->from; first < job->to; first += w.tile_tokens) {
    struct tile *read = w.next;
    w.next = w.tile;
    w.tile = read;
    find_tokens(&w, keys, values, blocks, first + w.tile_tokens, w.next);
    plan_ahead(&w);
    attend(&w, first);
  }
  write_out(&w, out);
}

int64_t KERNEL(paged_decode_float32_work)(const struct paged_decode_job *job) {
  struct work w;
  return lay_out(job, 0, &w, 0);
}

int64_t KERNEL(paged_decode_bf16_work)(const struct paged_decode_job *job) {
  struct work w;
  return lay_out(job, 1, &w, 0);
}

// Writes [T, H, V] sums of weighted values, then for each query head the highest score times log2(e),
// then for each the sum of the weights.
//
// query   [T, H, D]
// keys    [blocks, block_tokens, G, D]
// values  [blocks, block_tokens, G, V]
// blocks  the block of every run of block_tokens tokens
// memory  paged_decode_float32_work bytes, 64-byte aligned
void KERNEL(paged_decode_float32)(const struct paged_decode_job *job, const float *query,
                                  const uint8_t *keys, const uint8_t *values,
                                  const int32_t *blocks, uint8_t *memory, float *out) {
  decode(job, 0, query, keys, values, blocks, memory, out);
}

// As paged_decode_float32, over keys and values of bf16.
void KERNEL(paged_decode_bf16)(const struct paged_decode_job *job, const float *query,
                               const uint8_t *keys, const uint8_t *values, const int32_t *blocks,
                               uint8_t *memory, float *out) {
  decode(job, 1, query, keys, values, blocks, memory, out);
}
