// Latent attention in the tiles of AMX. Scores: a tile has 16 tokens and 16 query rows; tokens are
// read where they lie if 16 are equally far apart, as in a block of the cache, else from a copy.
// Values: a tile has 16 query rows and 16 columns; the weights are turned, so that a row has its
// tokens side by side. A lone group of rows multiplies values as they lie.

#include "transpose.h"

enum {
  STEP_PAIRS = 16,  // that a product sums over
  TOKENS_OF_STEP = 2 * STEP_PAIRS
};

// The scores of 32 tokens for one or two groups of rows. Every other time it goes backwards, as the
// queries used last are still in the first-level cache.
static void score_tiles(struct work *w, const struct keys *keys, int64_t group, int first,
                        float *to) {
  const struct keys a = keys[first / TILE_ROWS], b = keys[first / TILE_ROWS + 1];
  const lanes_of_pairs *left = w->packed + group * w->steps, *right = left + w->steps;
  const int two = group + 1 < w->groups;
  zero_sums();
  for (int64_t i = 0; i < w->steps; i += STEP_PAIRS) {
    int64_t s = first / TOKENS_OF_STEP % 2 ? w->steps - STEP_PAIRS - i : i;
    ask(&w->asking, &w->ahead);
    LOAD_TILE(4, a.from + 4 * s, a.bytes);
    LOAD_TILE(5, b.from + 4 * s, b.bytes);
    LOAD_TILE(6, left + s, TILE_BYTES);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 5, 6);
    if (two) {
      LOAD_TILE(7, right + s, TILE_BYTES);
      _tile_dpbf16ps(2, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  float *scores = to + first * LANES, *more = scores + TILE_ROWS * LANES;
  _tile_stored(0, scores, TILE_BYTES);
  _tile_stored(1, more, TILE_BYTES);
  if (two) {
    _tile_stored(2, scores + TILE * LANES, TILE_BYTES);
    _tile_stored(3, more + TILE * LANES, TILE_BYTES);
  }
}

// Lets the sums so far count less in the rows whose highest score has risen.
static void shrink_sums(struct work *w, int64_t group) {
  const float *shrink = w->state[group].shrink;
  for (int i = 0; i < LANES; i++) {
    if (shrink[i] == 1) {
      continue;
    }
    const __m512 by = _mm512_set1_ps(shrink[i]);
    float *out = w->out + (group * LANES + i) * COLUMNS;
    for (int64_t strip = 0; strip < w->strips; strip++, out += w->rows * COLUMNS) {
      _mm512_store_ps(out, _mm512_mul_ps(_mm512_load_ps(out), by));
      _mm512_store_ps(out + LANES, _mm512_mul_ps(_mm512_load_ps(out + LANES), by));
    }
  }
}

// They stay in the first-level cache until all rows have had them.
static void interleave(const struct latent_decode_job *job, struct work *w, int64_t strip,
                       int pairs, int seen) {
  for (int p = 0; p < pairs; p++) {
    interleave_pair(job, w->tile.token + 2 * p, strip, 2 * p + 2 <= seen,
                    w->values + p * 2 * COLUMNS);
  }
}

// Adds the weighted values of a tile to one or two groups of rows and 32 columns.
static void add_tiles(struct work *w, int64_t group, int64_t strip, int pairs) {
  const uint16_t *values = w->values;
  const lanes_of_pairs *above = w->weights + group * PAIRS, *below = above + PAIRS;
  float *out = w->out + (strip * w->rows + group * LANES) * COLUMNS;
  float *next = out + LANES * COLUMNS;
  const int two = group + 1 < w->groups, bytes = COLUMNS * 4;
  load_sums(out, two ? next : 0, bytes);
  for (int p = 0; p < pairs; p += STEP_PAIRS, values += STEP_PAIRS * 2 * COLUMNS) {
    ask(&w->asking, &w->ahead);
    LOAD_TILE(4, above + p, TILE_BYTES);
    LOAD_TILE(6, values, 2 * TILE_BYTES);
    LOAD_TILE(7, values + COLUMNS, 2 * TILE_BYTES);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    if (two) {
      LOAD_TILE(5, below + p, TILE_BYTES);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  store_sums(out, two ? next : 0, bytes);
}

// As turned weights, for a lone group: for 16 tokens at a time, each weight beside a zero and then each
// behind one. Multiplied with keys as they lie, the first give even columns and the second odd ones.
static void spread_weights(struct work *w, int count) {
  const __m512i low = _mm512_set1_epi32(0xffff);
  int pairs = (count + 1) / 2, all = (int)ceil_div(count, TOKENS_OF_STEP) * STEP_PAIRS;
  memset(w->weights + pairs, 0, (all - pairs) * sizeof *w->weights);
  lanes_of_pairs *to = w->spread;
  for (int p = 0; p < all; p += TILE_ROWS / 2, to += 2 * TILE_ROWS) {
    __m512i v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      __m512i pair = _mm512_load_si512(w->weights[p + i / 2]);
      v[i] = i % 2 ? _mm512_srli_epi32(pair, 16) : _mm512_and_si512(pair, low);
    }
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      _mm512_store_si512(to[column_of(i)], v[i]);
      _mm512_store_si512(to[TILE_ROWS + column_of(i)], _mm512_slli_epi32(v[i], 16));
    }
  }
}

// Whether the first values of a key are finite.
static int is_finite(const uint8_t *key, int64_t strips) {
  __mmask32 other = 0;
  for (int64_t strip = 0; strip < strips; strip++) {
    other |= not_finite(_mm512_loadu_si512(key + strip * COLUMNS * 2));
  }
  return other == 0;
}

static void make_finite(uint8_t *key, int64_t strips) {
  for (int64_t strip = 0; strip < strips; strip++) {
    uint8_t *at = key + strip * COLUMNS * 2;
    _mm512_storeu_si512(at, finite_of(_mm512_loadu_si512(at)));
  }
}

// After the scores: keys from `seen` on, which some row does not see, get values that are finite; see
// seen_by_all.
static void clean_keys(const struct latent_decode_job *job, struct work *w, struct keys *keys, int seen,
                       int count) {
  for (int t = seen; t < count; t++) {
    struct keys *those = keys + t / TILE_ROWS;
    int64_t at = t % TILE_ROWS;
    if (!is_finite(those->from + at * those->bytes, w->strips)) {
      uint8_t *row = stage_rows(&w->tile, &w->staged, t / TILE_ROWS, job->width * 2, 0, those);
      make_finite(row + at * w->staged.bytes, w->strips);
    }
  }
}

// Adds the weighted values of a tile to a lone group and one or two strips. Interleaving them would
// take longer than the products with zeros do.
static void add_rows(struct work *w, const struct keys *keys, int64_t strip, int tokens) {
  float *out = w->out + strip * LANES * COLUMNS, *next = out + LANES * COLUMNS;
  const int two = strip + 1 < w->strips, bytes = COLUMNS * 4;
  load_sums(out, two ? next : 0, bytes);
  const lanes_of_pairs *weights = w->spread;
  for (int t = 0; t < tokens; t += TILE_ROWS, keys++, weights += 2 * TILE_ROWS) {
    const uint8_t *values = keys->from + strip * COLUMNS * 2;
    ask(&w->asking, &w->ahead);
    LOAD_TILE(4, weights, TILE_BYTES);
    LOAD_TILE(5, weights + TILE_ROWS, TILE_BYTES);
    LOAD_TILE(6, values, keys->bytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 5, 6);
    if (two) {
      LOAD_TILE(7, values + COLUMNS * 2, keys->bytes);
      _tile_dpbf16ps(2, 4, 7);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  store_sums(out, two ? next : 0, bytes);
}

static void score_two(const struct latent_decode_job *job, struct work *w, const struct keys *keys,
                      int64_t group, int64_t first, int count) {
  for (int t = 0; t < count; t += TOKENS_OF_STEP) {
    score_tiles(w, keys, group, t, w->scores);
  }
  for (int64_t g = group; g < w->groups && g < group + 2; g++) {
    weigh(job, w, g, first, count, w->scores + (g - group) * TILE * LANES);
    if (w->groups == 1) {
      spread_weights(w, count);
    } else {
      turn(w->weights + g * PAIRS, (count + 1) / 2);
    }
    shrink_sums(w, g);
  }
}

static void one_tile(const struct latent_decode_job *job, struct work *w, int64_t first,
                     int count) {
  struct keys keys[TILE / TILE_ROWS];
  int tokens = (int)ceil_div(count, TOKENS_OF_STEP) * TOKENS_OF_STEP;
  begin_asking(&w->asking);
  place_keys(&w->tile, &w->staged, tokens, job->width * 2, 0, keys);
  for (int64_t group = 0; group < w->groups; group += 2) {
    score_two(job, w, keys, group, first, count);
  }
  const int seen = seen_by_all(w, first);
  if (w->groups == 1) {
    clean_keys(job, w, keys, seen, count);
    for (int64_t strip = 0; strip < w->strips; strip += 2) {
      add_rows(w, keys, strip, tokens);
    }
    return;
  }
  for (int64_t strip = 0; strip < w->strips; strip++) {
    interleave(job, w, strip, tokens / 2, seen);
    for (int64_t group = 0; group < w->groups; group += 2) {
      add_tiles(w, group, strip, tokens / 2);
    }
  }
}
