// A tile of an int8 cache in the tiles of AMX. Scores: a tile has 16 tokens and 16 query rows. Values: a
// tile has 16 query rows and 16 columns; the weights are turned, so that a row has its tokens side by
// side.

#ifndef MLA4J_LATENT_INT8_TILED_H
#define MLA4J_LATENT_INT8_TILED_H

#include "latent_int8_weight.h"
#include "transpose.h"

enum {
  STEP_QUADS = 16,                 // that a product sums over
  TOKENS_OF_STEP = 4 * STEP_QUADS,
  SCORED = 2 * TILE_ROWS           // tokens at once
};

// The sums of one part of a key for 32 tokens and one or two groups of rows. Every other time it goes
// backwards, as the queries used last are still in the first-level cache.
static void score_part(struct work *w, const struct keys *keys, int64_t group, int first, int part) {
  const struct keys a = keys[first / TILE_ROWS], b = keys[first / TILE_ROWS + 1];
  const int64_t all = w->steps[0] + w->steps[1], from = part ? w->steps[0] : 0;
  const int64_t last = from + w->steps[part] - STEP_QUADS;
  const lanes_of_quads *left = w->packed + group * all, *right = left + all;
  const int two = group + 1 < w->groups;
  zero_sums();
  for (int64_t i = from; i <= last; i += STEP_QUADS) {
    int64_t s = first / SCORED % 2 ? from + last - i : i;
    ask(&w->asking, &w->ahead);
    LOAD_TILE(4, a.from + 4 * s, a.bytes);
    LOAD_TILE(5, b.from + 4 * s, b.bytes);
    LOAD_TILE(6, left + s, TILE_BYTES);
    _tile_dpbssd(0, 4, 6);
    _tile_dpbssd(1, 5, 6);
    if (two) {
      LOAD_TILE(7, right + s, TILE_BYTES);
      _tile_dpbssd(2, 4, 7);
      _tile_dpbssd(3, 5, 7);
    }
  }
  int32_t *sums = w->sums + (part * 2 * TILE + first) * LANES, *next = sums + TILE * LANES;
  _tile_stored(0, sums, TILE_BYTES);
  _tile_stored(1, sums + TILE_ROWS * LANES, TILE_BYTES);
  if (two) {
    _tile_stored(2, next, TILE_BYTES);
    _tile_stored(3, next + TILE_ROWS * LANES, TILE_BYTES);
  }
}

// The scaled scores of one of two groups from the sums of both parts; returns the highest.
static vec join_parts(const struct latent_decode_job *job, struct work *w, int64_t group, int64_t which,
                      int64_t first, int count) {
  const vec scale = all((float)(job->scale * 1.4426950408889634));
  const vec latent = load(w->query_scale + group * PARTS * LANES) * scale;
  const vec rotary = load(w->query_scale + (group * PARTS + 1) * LANES) * scale;
  const int32_t *a = w->sums + which * TILE * LANES, *b = a + 2 * TILE * LANES;
  const int32_t *visible = w->visible + group * LANES;
  float *to = w->scores + which * TILE * LANES;
  vec highest = all(-__builtin_inff());
  for (int t = 0; t < count; t++) {
    vec x = (vec)_mm512_cvtepi32_ps(_mm512_load_si512(a + t * LANES)) * (latent * w->key_scale[t]);
    vec y = (vec)_mm512_cvtepi32_ps(_mm512_load_si512(b + t * LANES));
    vec score = y * (rotary * w->key_scale[TILE + t]) + x;
    store(to + t * LANES, score);
    highest = max_of(score, highest);
  }
  return sees_all(&w->tile, visible, first, count)
             ? highest
             : hide(&w->tile, visible, first, count, all(1), to);
}

static void read_scales(const struct latent_decode_job *job, struct work *w, int count) {
  for (int t = 0; t < count; t++) {
    struct footer footer = footer_of(job, w->tile.token[t]);
    w->key_scale[t] = footer.scale[0];
    w->key_scale[TILE + t] = footer.scale[1];
  }
}

// The values stay in the first-level cache until all rows have had them.
static void interleave(const struct latent_decode_job *job, struct work *w, int64_t strip, int quads) {
  for (int q = 0; q < quads; q++) {
    interleave_quad(job, w->tile.token + 4 * q, strip, w->values + q * 4 * COLUMNS);
  }
}

// 16 rows and 16 columns of whole numbers.
typedef int32_t square[TILE_ROWS * LANES] __attribute__((aligned(64)));

// Products of one or two sets of weights with 32 columns: sums of the first set and of the second.
static void multiply(struct work *w, const lanes_of_quads *above, const lanes_of_quads *below, int half,
                     int quads, square *sums) {
  const uint8_t *values = w->values + half * 128;
  const int bytes = 4 * COLUMNS;
  zero_sums();
  for (int q = 0; q < quads; q += STEP_QUADS, values += STEP_QUADS * bytes) {
    ask(&w->asking, &w->ahead);
    LOAD_TILE(4, above + q, TILE_BYTES);
    LOAD_TILE(6, values, bytes);
    LOAD_TILE(7, values + 64, bytes);
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    if (below) {
      LOAD_TILE(5, below + q, TILE_BYTES);
      _tile_dpbusd(2, 5, 6);
      _tile_dpbusd(3, 5, 7);
    }
  }
  _tile_stored(0, sums[0], TILE_BYTES);
  _tile_stored(1, sums[1], TILE_BYTES);
  if (below) {
    _tile_stored(2, sums[2], TILE_BYTES);
    _tile_stored(3, sums[3], TILE_BYTES);
  }
}

_Static_assert(TILE * 65535LL * 128 <= INT32_MAX, "sums of 16-bit weights must fit");

// Adds sums to 32 columns of a group's rows; where there are low bytes, the others are the high ones.
static void add_sums(struct work *w, int64_t group, int64_t strip, int half, const square *sums,
                     const square *low) {
  const float *shrink = w->state[group].shrink, *scale = w->weight_scale + group * LANES;
  float *out = w->out + (strip * w->rows + group * LANES) * COLUMNS + half * 32;
  for (int i = 0; i < LANES; i++, out += COLUMNS) {
    __m512i a = _mm512_load_si512(sums[0] + i * LANES);
    __m512i b = _mm512_load_si512(sums[1] + i * LANES);
    if (low) {
      a = _mm512_add_epi32(_mm512_slli_epi32(a, 8), _mm512_load_si512(low[0] + i * LANES));
      b = _mm512_add_epi32(_mm512_slli_epi32(b, 8), _mm512_load_si512(low[1] + i * LANES));
    }
    add_to(out, a, scale[i], shrink[i]);
    add_to(out + LANES, b, scale[i], shrink[i]);
  }
}

// Adds the weighted values of a tile to one or two groups of rows and 32 columns.
static void add_tiles(struct work *w, int64_t group, int64_t strip, int half, int quads) {
  const int groups = group + 1 < w->groups ? 2 : 1;
  square sums[4];
  if (groups == 2 && !w->wide[group] && !w->wide[group + 1]) {
    multiply(w, weights_of(w, group, 0), weights_of(w, group + 1, 0), half, quads, sums);
    add_sums(w, group, strip, half, sums, 0);
    add_sums(w, group + 1, strip, half, sums + 2, 0);
    return;
  }
  for (int64_t g = group; g < group + groups; g++) {
    const lanes_of_quads *low = w->wide[g] ? weights_of(w, g, 1) : 0;
    multiply(w, weights_of(w, g, 0), low, half, quads, sums);
    add_sums(w, g, strip, half, sums, low ? sums + 2 : 0);
  }
}

static void score_two(const struct latent_decode_job *job, struct work *w, const struct keys *keys,
                      int64_t group, int64_t first, int count) {
  for (int part = 0; part < PARTS; part++) {
    for (int t = 0; t < count; t += SCORED) {
      score_part(w, keys, group, t, part);
    }
  }
  for (int64_t g = group; g < w->groups && g < group + 2; g++) {
    vec highest = join_parts(job, w, g, g - group, first, count);
    weigh_and_quantize(job, w, g, count, highest, w->scores + (g - group) * TILE * LANES);
    turn(weights_of(w, g, 0), (count + 3) / 4);
    if (w->wide[g]) {
      turn(weights_of(w, g, 1), (count + 3) / 4);
    }
  }
}

static void one_tile(const struct latent_decode_job *job, struct work *w, int64_t first, int count) {
  struct keys keys[TILE / TILE_ROWS];
  int tokens = (int)ceil_div(count, SCORED) * SCORED;
  int quads = (int)ceil_div(count, TOKENS_OF_STEP) * STEP_QUADS;
  begin_asking(&w->asking);
  place_keys(&w->tile, &w->staged, tokens, job->value_width, job->width - job->value_width, keys);
  read_scales(job, w, count);
  w->inverse_scale = inverse_scale(job, w, count);
  for (int64_t group = 0; group < w->groups; group += 2) {
    score_two(job, w, keys, group, first, count);
  }
  for (int64_t strip = 0; strip < w->strips; strip++) {
    interleave(job, w, strip, quads);
    for (int half = 0; half < 2; half++) {
      for (int64_t group = 0; group < w->groups; group += 2) {
        add_tiles(w, group, strip, half, quads);
      }
    }
  }
}

#endif
