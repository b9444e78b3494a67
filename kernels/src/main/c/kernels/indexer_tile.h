// The indexer of one key type, which indexer_bf16.c and indexer_int8.c include after they have said
// what a unit is: the 4 bytes that a lane takes in at once, two bf16 or four int8, which are
// neighbours along the width.
//
// Keys are the lanes, so that the sum over heads stays in its lane and is stored as it lies. A panel
// of 48 keys is transposed once for all tokens of a block; 8 heads, or 16 in AMX, meet its three vectors
// at once.

#ifndef MLA4J_INDEXER_TILE_H
#define MLA4J_INDEXER_TILE_H

#include <string.h>

#include "indexer.h"
#include "level.h"
#include "row_softmax.h"
#include "transpose.h"
#if defined(__AMX_BF16__)
#include "matrix_unit.h"
#endif

enum { VECTORS = 3, PANEL = VECTORS * LANES };

#if defined(__AMX_BF16__)
enum { HEADS_AT_ONCE = TILE_ROWS, STEPS_AT_ONCE = TILE_BYTES / 4 };
#else
enum {
  HEADS_AT_ONCE = 8,  // with three vectors of keys, 24 sums
  STEPS_AT_ONCE = 1
};
#endif

#define HEADS _Pragma("GCC unroll 16") for (int h = 0; h < HEADS_AT_ONCE; h++)
#define KEYS _Pragma("GCC unroll 3") for (int v = 0; v < VECTORS; v++)

struct work {
  int64_t steps;       // units of a key, and zeros up to those that are taken at once
  int64_t blocks;      // of heads
  uint32_t *queries;   // of each token and block; see unit_of; zeros where there is no head
  float *weights;      // [tokens, blocks, HEADS_AT_ONCE]
  uint32_t *panel;     // [steps, PANEL]
  int32_t *offsets;    // [PANEL]: what sums have too much, of int8
  float *scales;       // [PANEL], of int8
  uint32_t *row;       // [steps, rounded up to whole vectors]: one query
  const uint8_t *keys[PANEL];  // null where there is none
  const uint8_t *next[PANEL];  // those of the panel after it
};

// What the including file supplies.
static void begin_panel(const struct indexer_job *job, struct work *w);
static float pack_query(const struct indexer_job *job, const void *query, int64_t at,
                        uint32_t *units);
static void heads_of_panel(const struct work *w, const uint32_t *queries, const float *weights,
                           int64_t heads, __m512 *sums);
static void scale_keys(const struct work *w, __m512 *sums);

#if defined(__AMX_BF16__)
// The products of 16 heads with a panel.
#define MULTIPLY_TILES(MULTIPLY, w, queries, to) \
  do { \
    const uint32_t *panel = (w)->panel; \
    _tile_zero(0); \
    _tile_zero(1); \
    _tile_zero(2); \
    for (int64_t s = 0; s < (w)->steps; s += STEPS_AT_ONCE, panel += STEPS_AT_ONCE * PANEL) { \
      LOAD_TILE(4, (queries) + s, (w)->steps * 4); \
      LOAD_TILE(5, panel, PANEL * 4); \
      LOAD_TILE(6, panel + LANES, PANEL * 4); \
      LOAD_TILE(7, panel + 2 * LANES, PANEL * 4); \
      MULTIPLY(0, 4, 5); \
      MULTIPLY(1, 4, 6); \
      MULTIPLY(2, 4, 7); \
    } \
    _tile_stored(0, to, PANEL * 4); \
    _tile_stored(1, (to) + LANES, PANEL * 4); \
    _tile_stored(2, (to) + 2 * LANES, PANEL * 4); \
  } while (0)
#endif

static int64_t lay_out(const struct indexer_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  w->steps = ceil_div(ceil_div(job->width, UNIT), STEPS_AT_ONCE) * STEPS_AT_ONCE;
  w->blocks = ceil_div(job->heads, HEADS_AT_ONCE);
  int64_t heads = job->query_tokens * w->blocks * HEADS_AT_ONCE;
  w->queries = (uint32_t *)take(&at, heads * w->steps * 4);
  w->weights = (float *)take(&at, heads * 4);
  w->panel = (uint32_t *)take(&at, w->steps * PANEL * 4);
  w->offsets = (int32_t *)take(&at, PANEL * 4);
  w->scales = (float *)take(&at, PANEL * 4);
  w->row = (uint32_t *)take(&at, aligned(w->steps * 4));
  return at - base;
}

// Where a block of queries has a unit of a head: heads side by side, as registers want them, or in
// rows, as AMX does.
static inline int64_t unit_of(const struct work *w, int64_t head, int64_t step) {
  return STEPS_AT_ONCE > 1 ? head * w->steps + step : step * HEADS_AT_ONCE + head;
}

static void pack_queries(const struct indexer_job *job, struct work *w, const void *query,
                         const float *weights) {
  int64_t heads = w->blocks * HEADS_AT_ONCE;
  memset(w->queries, 0, job->query_tokens * heads * w->steps * 4);
  memset(w->weights, 0, job->query_tokens * heads * 4);
  memset(w->row, 0, w->steps * 4);
  for (int64_t token = 0; token < job->query_tokens; token++) {
    for (int64_t head = 0; head < job->heads; head++) {
      int64_t row = token * job->heads + head, to = token * heads + head;
      w->weights[to] = weights[row] * pack_query(job, query, row * job->width, w->row);
      uint32_t *units = w->queries + to / HEADS_AT_ONCE * w->steps * HEADS_AT_ONCE;
      for (int64_t s = 0; s < w->steps; s++) {
        units[unit_of(w, to % HEADS_AT_ONCE, s)] = w->row[s];
      }
    }
  }
}

// Some steps of 16 keys, fewer than 16 of them at the end of the width. Memory is asked for the same
// of the next panel.
static void pack_keys(const struct indexer_job *job, const struct work *w, int64_t first,
                      int64_t first_step, uint32_t *to) {
  const uint8_t *const *keys = w->keys + first, *const *next = w->next + first;
  int64_t bytes = job->width * (4 / UNIT) - first_step * 4, steps = w->steps - first_step;
  __mmask64 mask = bytes >= 64 ? ~0ull : (1ull << bytes) - 1;
  __m512i rows[LANES];
  for (int i = 0; i < LANES; i++) {
    rows[i] = keys[i] ? _mm512_maskz_loadu_epi8(mask, keys[i] + first_step * 4)
                      : _mm512_setzero_si512();
    if (next[i]) {
      __builtin_prefetch(next[i] + first_step * 4, 0, 2);
    }
  }
  transpose(rows);
#pragma GCC unroll 16
  for (int i = 0; i < LANES; i++) {
    if (column_of(i) < steps) {
      _mm512_store_si512(to + column_of(i) * PANEL, rows[i]);
    }
  }
}

// Where the keys of a panel lie. Returns 0 where one lies outside the cache.
static int find_keys(const struct indexer_job *job, const uint8_t *cache, const int32_t *table,
                     int64_t first, int64_t end, const uint8_t **keys) {
  int64_t block = first / job->block_keys, at = first % job->block_keys;
  for (int64_t i = 0; i < PANEL; i++) {
    keys[i] = NULL;
    if (first + i >= end) {
      continue;
    }
    if (table[block] < 0 || table[block] >= job->blocks) {
      return 0;
    }
    keys[i] = cache + table[block] * job->block_bytes + at * job->key_bytes;
    if (++at == job->block_keys) {
      at = 0;
      block++;
    }
  }
  return 1;
}

static void pack_panel(const struct indexer_job *job, const struct work *w) {
  for (int64_t v = 0; v < VECTORS; v++) {
    for (int64_t s = 0; s < w->steps; s += LANES) {
      pack_keys(job, w, v * LANES, s, w->panel + s * PANEL + v * LANES);
    }
  }
}

static void score_token(const struct work *w, int64_t token, int64_t heads, int64_t left,
                        float *to) {
  __m512 sums[VECTORS];
  KEYS sums[v] = _mm512_setzero_ps();
  for (int64_t b = 0; b < w->blocks; b++, heads -= HEADS_AT_ONCE) {
    int64_t block = token * w->blocks + b;
    heads_of_panel(w, w->queries + block * w->steps * HEADS_AT_ONCE,
                   w->weights + block * HEADS_AT_ONCE,
                   heads < HEADS_AT_ONCE ? heads : HEADS_AT_ONCE, sums);
  }
  scale_keys(w, sums);
  for (int v = 0; v < VECTORS && left > 0; v++, left -= LANES, to += LANES) {
    __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
    _mm512_mask_storeu_ps(to, mask, sums[v]);
  }
}

static void score_panel(const struct indexer_job *job, const struct work *w, int64_t first,
                        float *out) {
  for (int64_t token = 0; token < job->query_tokens; token++) {
    int64_t seen = job->visible + token * job->visible_step;
    int64_t left = (seen < job->to ? seen : job->to) - first;
    if (left > 0) {
      score_token(w, token, job->heads, left, out + token * job->out_token + first);
    }
  }
}

static int score_all(const struct indexer_job *job, struct work *w, const uint8_t *cache,
                     const int32_t *table, float *out) {
  int64_t last = job->visible + (job->query_tokens - 1) * job->visible_step;
  int64_t end = last < job->to ? last : job->to;
  int inside = find_keys(job, cache, table, job->from, end, w->next);
  for (int64_t first = job->from; first < end; first += PANEL) {
    if (!inside) {
      return 1;
    }
    memcpy(w->keys, w->next, sizeof w->keys);
    inside = find_keys(job, cache, table, first + PANEL, end, w->next);
    pack_panel(job, w);
    begin_panel(job, w);
    score_panel(job, w, first, out);
  }
  return 0;
}

static int score(const struct indexer_job *job, const void *query, const float *weights,
                 const uint8_t *cache, const int32_t *table, uint8_t *memory, float *out) {
  struct work w;
  lay_out(job, &w, memory);
  pack_queries(job, &w, query, weights);
#if defined(__AMX_BF16__)
  shape_tiles();
#endif
  int outside = score_all(job, &w, cache, table, out);
#if defined(__AMX_BF16__)
  _tile_release();
#endif
  return outside;
}

#endif
