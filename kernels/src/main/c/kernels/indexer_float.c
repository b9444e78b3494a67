// The indexer with float32 products, over keys of any format: a tile of them is brought to float32
// for all query tokens. For the levels and formats that have no narrower products. Heads are the
// lanes, so that keys need not be transposed; the sum over heads is across lanes once a key.

#include "float_unit.h"
#include "indexer.h"
#include "level.h"
#include "stored_row.h"

enum { TILE = 96 };  // keys at once

#include "score_tile.h"

struct work {
  struct scoring scoring;  // of one query token
  int64_t lanes;           // heads of a token, padded to whole groups
  float *packed;           // [query_tokens, groups, steps, LANES]
  float *weights;          // [query_tokens, lanes]
  float *rows;             // [TILE, stride]
  float *query;            // [width]
  float *sums;             // [TILE, LANES]
};

static int64_t lay_out(const struct indexer_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  struct scoring *x = &w->scoring;
  x->groups = ceil_div(job->heads, LANES);
  x->steps = job->width;
  x->key_stride = stride_of(job->width);
  x->ahead = NULL;
  w->lanes = x->groups * LANES;
  w->packed = (float *)take(&at, job->query_tokens * w->lanes * x->steps * 4);
  w->weights = (float *)take(&at, job->query_tokens * w->lanes * 4);
  x->scores = (float *)take(&at, GROUPS_AT_ONCE * TILE * LANES * 4);
  x->keys = w->rows = (float *)take(&at, TILE * x->key_stride * 4);
  w->query = (float *)take(&at, job->width * 4);
  w->sums = (float *)take(&at, TILE * LANES * 4);
  return at - base;
}

static void choose_token(struct work *w, int64_t token) {
  w->scoring.packed = w->packed + token * w->lanes * w->scoring.steps;
}

static void begin(const struct indexer_job *job, struct work *w, const void *query,
                  const float *weights) {
  memset(w->packed, 0, job->query_tokens * w->lanes * w->scoring.steps * 4);
  memset(w->weights, 0, job->query_tokens * w->lanes * 4);
  memset(w->rows, 0, TILE * w->scoring.key_stride * 4);
  for (int64_t r = 0; r < job->query_tokens * job->heads; r++) {
    if (job->query_float) {
      memcpy(w->query, (const float *)query + r * job->width, job->width * 4);
    } else {
      widen_bf16(w->query, (const uint8_t *)query + 2 * r * job->width, job->width);
    }
    int64_t token = r / job->heads, head = r % job->heads;
    choose_token(w, token);
    pack_units(&w->scoring, head, w->query);
    w->weights[token * w->lanes + head] = weights[r];
  }
}

// Brings a tile of keys to float32. Returns 0 where one lies outside the cache.
static int read_keys(const struct indexer_job *job, const struct work *w, const uint8_t *cache,
                     const int32_t *table, int64_t first, int count, read_function *read) {
  int64_t block = first / job->block_keys, at = first % job->block_keys;
  for (int t = 0; t < count; t++) {
    if (table[block] < 0 || table[block] >= job->blocks) {
      return 0;
    }
    const uint8_t *key = cache + table[block] * job->block_bytes + at * job->key_bytes;
    read(w->rows + t * w->scoring.key_stride, key, job->width, job->width);
    if (++at == job->block_keys) {
      at = 0;
      block++;
    }
  }
  return 1;
}

// Adds the weighted scores of a group of heads.
static void add_scores(const struct work *w, const float *weights, const float *scores, int count) {
  vec weight = load(weights);
  for (int t = 0; t < count; t++) {
    vec score = max_of(all(0), load(scores + t * LANES));
    store(w->sums + t * LANES, load(w->sums + t * LANES) + weight * score);
  }
}

static void score_token(struct work *w, int64_t token, int count, float *out) {
  const struct scoring *x = &w->scoring;
  const float *weights = w->weights + token * w->lanes;
  choose_token(w, token);
  memset(w->sums, 0, count * LANES * 4);
  for (int64_t group = 0; group < x->groups; group += GROUPS_AT_ONCE) {
    int two = group + 1 < x->groups;
    for (int t = 0; t < count; t += KEYS_AT_ONCE) {
      two ? score_two(x, group, t) : score_one(x, group, t);
    }
    for (int g = 0; g <= two; g++) {
      add_scores(w, weights + (group + g) * LANES, x->scores + g * TILE * LANES, count);
    }
  }
  for (int t = 0; t < count; t++) {
    out[t] = sum_of(load(w->sums + t * LANES));
  }
}

static int score(const struct indexer_job *job, const void *query, const float *weights,
                 const uint8_t *cache, const int32_t *table, uint8_t *memory, float *out,
                 read_function *read) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, &w, query, weights);
  int64_t last = job->visible + (job->query_tokens - 1) * job->visible_step;
  int64_t end = last < job->to ? last : job->to;
  for (int64_t first = job->from; first < end; first += TILE) {
    int count = (int)(end - first < TILE ? end - first : TILE);
    if (!read_keys(job, &w, cache, table, first, count, read)) {
      return 1;
    }
    for (int64_t token = 0; token < job->query_tokens; token++) {
      int64_t left = job->visible + token * job->visible_step - first;
      if (left > 0) {
        score_token(&w, token, left < count ? (int)left : count,
                    out + token * job->out_token + first);
      }
    }
  }
  return 0;
}

int64_t KERNEL(indexer_float32_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Writes the scores of the keys that each token sees and leaves the others as they are. Returns 0,
// or 1 where the table leads out of the cache.
//
// query    [query_tokens, heads, width]
// weights  [query_tokens, heads]
// cache    blocks of keys, [width] float32 each
// table    the block of every run of block_keys keys
// memory   indexer_float32_work bytes, 64-byte aligned
// out      where the first token's score of key 0 lies
int KERNEL(indexer_float32)(const struct indexer_job *job, const void *query, const float *weights,
                            const uint8_t *cache, const int32_t *table, uint8_t *memory,
                            float *out) {
  return score(job, query, weights, cache, table, memory, out, read_float32);
}

int64_t KERNEL(indexer_fp8_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As indexer_float32, over FP8 keys; the width is a multiple of 128.
int KERNEL(indexer_fp8)(const struct indexer_job *job, const void *query, const float *weights,
                        const uint8_t *cache, const int32_t *table, uint8_t *memory, float *out) {
  return score(job, query, weights, cache, table, memory, out, read_fp8);
}

#if !defined(__AVX512BF16__)

int64_t KERNEL(indexer_bf16_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As indexer_float32, over bf16 keys.
int KERNEL(indexer_bf16)(const struct indexer_job *job, const void *query, const float *weights,
                         const uint8_t *cache, const int32_t *table, uint8_t *memory,
                         float *out) {
  return score(job, query, weights, cache, table, memory, out, read_bf16);
}

int64_t KERNEL(indexer_int8_work)(const struct indexer_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As indexer_float32, over keys of [width] int8 and their scale.
int KERNEL(indexer_int8)(const struct indexer_job *job, const void *query, const float *weights,
                         const uint8_t *cache, const int32_t *table, uint8_t *memory,
                         float *out) {
  return score(job, query, weights, cache, table, memory, out, read_int8);
}

#endif
