// Attention of a block of query rows over a tile of tokens: scores, softmax, weighted values. The
// including file has said how many tokens a TILE has, and what a unit is: the 4 bytes that a lane
// takes in at once, two bf16 or one float32, which are neighbours along what is summed over.
//
// Both products keep query rows or value columns in the lanes and broadcast units of the other
// side, so that no matrix is transposed but the queries, once a block. Rows of the first query
// token come first and see least.

#ifndef MLA4J_ATTENTION_TILE_H
#define MLA4J_ATTENTION_TILE_H

#include "row_softmax.h"
#include "score_tile.h"

// As many sums as the level has registers for, beside what they are made of.
#if VECTOR_BYTES == 64
enum { ROWS_AT_ONCE = 8, VECTORS_AT_ONCE = 2 };
#elif VECTOR_BYTES == 32
enum { ROWS_AT_ONCE = 4, VECTORS_AT_ONCE = 3 };
#else
enum { ROWS_AT_ONCE = 4, VECTORS_AT_ONCE = 4 };
#endif

enum {
  COLUMNS = VECTORS_AT_ONCE * LANES,  // value columns at once: a strip
  TILE_UNITS = TILE / UNIT
};

struct block {
  struct scoring scoring;
  int64_t rows;         // padded to whole groups
  int64_t strips;       // of value columns
  int last_vectors;     // of the last strip
  float scale;          // of scores, times log2(e)
  const unit *values;   // of a unit of tokens and a strip, COLUMNS units side by side
  int64_t value_stride; // from one unit of tokens to the next
  int64_t strip_stride; // from one strip to the next
  unit *weights;        // [groups, TILE_UNITS, LANES]
  float *out;           // [strips, rows, COLUMNS]
  struct group_state *state;   // [groups]
  int32_t *visible;            // [rows]: tokens that a row sees, from token 0 on
  int32_t *seen;               // [groups]: tokens of the tile that any row of the group sees
  const uint8_t *present;      // [TILE]: 0 where no row sees the token; NULL where there is none such
};

// Lays out what is the same for all: all but the keys and values.
static void lay_out_block(struct block *b, uint8_t **at, int64_t rows, int64_t width,
                          int64_t value_width) {
  int64_t vectors = ceil_div(value_width, LANES);
  b->scoring.groups = ceil_div(rows, LANES);
  b->rows = b->scoring.groups * LANES;
  b->scoring.steps = ceil_div(width, UNIT);
  b->strips = ceil_div(vectors, VECTORS_AT_ONCE);
  b->last_vectors = (int)(vectors - (b->strips - 1) * VECTORS_AT_ONCE);
  b->scoring.packed = (unit *)take(at, b->rows * b->scoring.steps * 4);
  b->weights = (unit *)take(at, b->rows * TILE_UNITS * 4);
  b->scoring.scores = (float *)take(at, GROUPS_AT_ONCE * TILE * LANES * 4);
  b->out = (float *)take(at, b->strips * b->rows * COLUMNS * 4);
  b->state = (struct group_state *)take(at, b->scoring.groups * (int64_t)sizeof(struct group_state));
  b->visible = (int32_t *)take(at, b->rows * 4);
  b->seen = (int32_t *)take(at, b->scoring.groups * 4);
  b->present = NULL;
  b->scoring.ahead = NULL;
}

static void begin_block(struct block *b, double scale) {
  b->scale = (float)(scale * 1.4426950408889634);
  memset(b->scoring.packed, 0, b->rows * b->scoring.steps * 4);
  memset(b->out, 0, b->strips * b->rows * COLUMNS * 4);
  for (int64_t g = 0; g < b->scoring.groups; g++) {
    begin_softmax(b->state + g);
  }
}

// Makes a query the row's, which sees so many tokens; rows behind the last see what it sees.
static void pack_row(struct block *b, int64_t row, const unit *query, int64_t visible) {
  pack_units(&b->scoring, row, query);
  for (int64_t r = row; r < b->rows; r++) {
    b->visible[r] = (int32_t)(visible > INT32_MAX ? INT32_MAX : visible);
  }
}

static vec highest_of(const float *scores, int count, vec scale) {
  vec highest = all(-__builtin_inff());
  for (int t = 0; t < count; t++) {
    highest = max_of(load(scores + t * LANES) * scale, highest);
  }
  return highest;
}

// Scales the scores and hides what a row must not see; returns the highest of each row.
static vec hide(const struct block *b, int64_t group, int64_t first, float *scores) {
  const vec hidden = all(-__builtin_inff());
  vec highest = hidden;
  ivec visible;
  memcpy(&visible, b->visible + group * LANES, sizeof visible);
  for (int t = 0; t < b->seen[group]; t++) {
    int32_t at = !b->present || b->present[t] ? (int32_t)(first + t) : INT32_MAX;
    vec s = blend(visible > at, load(scores + t * LANES) * b->scale, hidden);
    store(scores + t * LANES, s);
    highest = max_of(s, highest);
  }
  return highest;
}

// Turns the scores of a tile into weights.
APART void weigh(struct block *b, int64_t group, int64_t first, float *scores) {
  int count = b->seen[group];
  struct group_state *state = b->state + group;
  int hides = b->present || b->visible[group * LANES] < first + count;
  vec scale = all(hides ? 1 : b->scale);
  vec highest = hides ? hide(b, group, first, scores) : highest_of(scores, count, scale);
  vec base = rebase(state, highest);
  vec total = load(state->total);
  unit *weights = b->weights + group * TILE_UNITS * LANES;
  int t = 0;
  for (; t + UNIT <= count; t += UNIT) {
    vec x[2];
    for (int i = 0; i < UNIT; i++) {
      x[i] = weight_of_difference(load(scores + (t + i) * LANES) * scale - base);
      total += x[i];
    }
    store_units(weights + t / UNIT * LANES, weights_of(x[0], x[UNIT - 1]));
  }
  if (t < count) {
    vec x = weight_of_difference(load(scores + t * LANES) * scale - base);
    total += x;
    store_units(weights + t / UNIT * LANES, weights_of(x, all(0)));
  }
  store(state->total, total);
}

// The bits of a unit's tokens of which so many are seen: all of them, none, or the first of two.
INLINE int32_t bits_of_seen(int64_t seen) { return seen >= UNIT ? -1 : seen <= 0 ? 0 : 0xffff; }

// Tokens of the tile from `first` on that a row sees.
INLINE int64_t seen_by(const struct block *b, int64_t row, int64_t first) {
  int64_t seen = b->visible[row] - first;
  return seen < b->seen[row / LANES] ? seen : b->seen[row / LANES];
}

// Adds the weighted values of a unit of tokens to some rows and vectors; for each row only these bits of
// them, unless there is no limit.
INLINE void add_unit(int vectors, const unit *values, const unit *weights, const int32_t *bits,
                     vec sums[ROWS_AT_ONCE][VECTORS_AT_ONCE]) {
  units value[VECTORS_AT_ONCE];
  UNROLL for (int v = 0; v < vectors && v < VECTORS_AT_ONCE; v++) { value[v] = load_units(values + v * LANES); }
  UNROLL for (int i = 0; i < ROWS_AT_ONCE; i++) {
    units weight = all_units(weights[i]);
    UNROLL for (int v = 0; v < vectors && v < VECTORS_AT_ONCE; v++) {
      units seen = bits ? (units)((ivec)value[v] & bits[i]) : value[v];
      sums[i][v] = dot(sums[i][v], seen, weight);
    }
  }
}

// Adds the weighted values of the tile from token `first` on to some rows and the vectors of a strip.
// Units that not all of the rows see are cleared for those that do not: 0 times NaN is NaN.
INLINE void add_vectors(struct block *b, int64_t row, int64_t strip, int vectors, int64_t first) {
  const unit *values = b->values + strip * b->strip_stride;
  const unit *weights = b->weights + row / LANES * TILE_UNITS * LANES + row % LANES;
  float *out = b->out + (strip * b->rows + row) * COLUMNS;
  const float *shrink = b->state[row / LANES].shrink + row % LANES;
  const int64_t stride = b->value_stride;
  vec sums[ROWS_AT_ONCE][VECTORS_AT_ONCE];
  UNROLL for (int i = 0; i < ROWS_AT_ONCE; i++) {
    UNROLL for (int v = 0; v < vectors && v < VECTORS_AT_ONCE; v++) {
      sums[i][v] = load(out + i * COLUMNS + v * LANES) * shrink[i];
    }
  }
  const int64_t least = seen_by(b, row, first), most = seen_by(b, row + ROWS_AT_ONCE - 1, first);
  int64_t u = 0;
  for (; (u + 1) * UNIT <= least; u++) {
    add_unit(vectors, values + u * stride, weights + u * LANES, 0, sums);
  }
  for (; u * UNIT < most; u++) {
    int32_t bits[ROWS_AT_ONCE];
    for (int i = 0; i < ROWS_AT_ONCE; i++) {
      bits[i] = bits_of_seen(seen_by(b, row + i, first) - u * UNIT);
    }
    add_unit(vectors, values + u * stride, weights + u * LANES, bits, sums);
  }
  UNROLL for (int i = 0; i < ROWS_AT_ONCE; i++) {
    UNROLL for (int v = 0; v < vectors && v < VECTORS_AT_ONCE; v++) {
      store(out + i * COLUMNS + v * LANES, sums[i][v]);
    }
  }
}

INLINE void add_strip(struct block *b, int64_t strip, int vectors, int64_t first) {
  for (int64_t row = 0; row < b->rows; row += ROWS_AT_ONCE) {
    if (b->seen[row / LANES] > 0) {
      add_vectors(b, row, strip, vectors, first);
    }
  }
}

APART void add_values(struct block *b, int64_t first) {
  for (int64_t strip = 0; strip < b->strips; strip++) {
    // The number must be known to the compiler for the sums to be registers.
    switch (strip + 1 < b->strips ? VECTORS_AT_ONCE : b->last_vectors) {
      case 1: add_strip(b, strip, 1, first); break;
      case 2: add_strip(b, strip, 2, first); break;
      case 3: add_strip(b, strip, 3, first); break;
      default: add_strip(b, strip, VECTORS_AT_ONCE, first);
    }
  }
}

// How much of a tile each group sees: what none of its rows sees is not computed.
static void find_seen(struct block *b, int64_t first, int count) {
  for (int64_t g = 0; g < b->scoring.groups; g++) {
    int64_t seen = b->visible[g * LANES + LANES - 1] - first;
    b->seen[g] = (int32_t)(seen < 0 ? 0 : seen < count ? seen : count);
  }
}

static void score_and_weigh(struct block *b, int64_t first) {
  int64_t group = 0;
  for (; group + 1 < b->scoring.groups; group += 2) {
    for (int t = 0; t < b->seen[group + 1]; t += KEYS_AT_ONCE) {
      score_two(&b->scoring, group, t);
    }
    for (int i = 0; i < 2; i++) {
      if (b->seen[group + i] > 0) {
        weigh(b, group + i, first, b->scoring.scores + i * TILE * LANES);
      }
    }
  }
  if (group < b->scoring.groups && b->seen[group] > 0) {
    for (int t = 0; t < b->seen[group]; t += KEYS_AT_ONCE) {
      score_one(&b->scoring, group, t);
    }
    weigh(b, group, first, b->scoring.scores);
  }
}

// Takes in a tile of tokens, of which the first one is token `first`.
static void attend(struct block *b, int64_t first, int count) {
  find_seen(b, first, count);
  score_and_weigh(b, first);
  add_values(b, first);
}

#endif
