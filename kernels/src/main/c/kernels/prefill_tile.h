// The prefill of one element type, which prefill_bf16.c and prefill_float32.c include after they
// have said what an element is and what a unit. A block's rows are its tokens with the heads that
// share the keys, so that the first row of a group sees least.

#ifndef MLA4J_PREFILL_TILE_H
#define MLA4J_PREFILL_TILE_H

#include "bf16.h"
#include "level.h"
#include "prefill.h"

// Keys at once: with their values and the block's sums they stay in the second-level cache.
enum { TILE = 96 };

#include "attention_tile.h"

struct work {
  struct block block;
  unit *keys;    // [TILE, key_stride]
  unit *values;  // as the including file lays them out
};

// What the including file supplies.

// A row of elements as units, the last one filled up with zeros.
static void copy_units(unit *to, const element *from, int64_t width, int64_t steps);

// Says how the values of a tile lie; returns how many units they are.
static int64_t lay_out_values(const struct prefill_job *job, struct block *block);

static void bring_values(const struct prefill_job *job, struct work *w, const element *value,
                         int count);

// Brings a strip of sums to the order of the columns.
static void order_columns(float *strip);

static int64_t lay_out(const struct prefill_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  struct block *b = &w->block;
  lay_out_block(b, &at, job->query_tokens * job->heads, job->width, job->value_width);
  b->scoring.key_stride = stride_of(b->scoring.steps);
  b->scoring.keys = w->keys = (unit *)take(&at, TILE * b->scoring.key_stride * 4);
  b->values = w->values = (unit *)take(&at, lay_out_values(job, b) * 4);
  return at - base;
}

static void begin(const struct prefill_job *job, struct work *w, const element *query) {
  begin_block(&w->block, job->scale);
  for (int64_t r = 0; r < job->query_tokens * job->heads; r++) {
    int64_t token = r / job->heads;
    unit *row = w->keys;  // not in use yet
    copy_units(row, query + token * job->query_token + r % job->heads * job->query_head, job->width,
               w->block.scoring.steps);
    pack_row(&w->block, r, row, visible_of(job, token));
  }
  memset(w->keys, 0, (uint8_t *)w->values - (uint8_t *)w->keys);
}

static void bring_keys(const struct prefill_job *job, struct work *w, const element *key,
                       int count) {
  for (int t = 0; t < count; t++) {
    copy_units(w->keys + t * w->block.scoring.key_stride, key + t * job->key_token, job->width,
               w->block.scoring.steps);
  }
}

static void store_columns(const struct prefill_job *job, const float *columns, int64_t count,
                          void *out, int64_t at) {
  if (job->out_float) {
    memcpy((float *)out + at, columns, count * 4);
    return;
  }
  uint16_t *to = (uint16_t *)out + at;
  for (int64_t i = 0; i < count; i++) {
    to[i] = bf16_of(columns[i]);
  }
}

static void finish_row(const struct prefill_job *job, const struct block *b, int64_t row,
                       float factor, void *out) {
  int64_t at = row / job->heads * job->out_token + row % job->heads * job->out_head;
  for (int64_t strip = 0; strip < b->strips; strip++, at += COLUMNS) {
    int64_t left = job->value_width - strip * COLUMNS;
    float columns[COLUMNS];
    memcpy(columns, b->out + (strip * b->rows + row) * COLUMNS, sizeof columns);
    order_columns(columns);
    for (int i = 0; i < COLUMNS; i++) {
      columns[i] *= factor;
    }
    store_columns(job, columns, left < COLUMNS ? left : COLUMNS, out, at);
  }
}

static void finish(const struct prefill_job *job, const struct block *b, void *out, float *lse) {
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    const struct group_state *state = b->state + row / LANES;
    float total = state->total[row % LANES];
    write_lse(job, row, state->highest[row % LANES], total, lse);
    finish_row(job, b, row, total == 0 ? 0 : 1 / total, out);
  }
}

static void prefill(const struct prefill_job *job, const element *query, const element *key,
                    const element *value, uint8_t *memory, void *out, float *lse) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, &w, query);
  int64_t end = visible_of(job, job->query_tokens - 1);
  for (int64_t first = 0; first < end; first += TILE) {
    int count = (int)(end - first < TILE ? end - first : TILE);
    bring_keys(job, &w, key + first * job->key_token, count);
    bring_values(job, &w, value + first * job->value_token, count);
    attend(&w.block, first, count);
  }
  finish(job, &w.block, out, lse);
}

#endif
