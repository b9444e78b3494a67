// The state of a decode over keys and values apart: where its tokens lie, how its working memory is
// laid out, and which memory is asked for ahead.

#ifndef MLA4J_PAGED_TILE_H
#define MLA4J_PAGED_TILE_H

#include "paged_decode.h"
#include "row_softmax.h"
#include "stored_vector.h"

enum {
  MOST_ROWS = 4,         // query rows that share what is read
  MOST_TILE = 64,        // tokens at once, a multiple of every number of lanes
  LEAST_TILE = 16,
  TILE_BYTES = 1 << 18,  // of keys and values: beside those of the next tile in the second-level cache
  LINE = 64,
  TURN = 4,              // tokens between two requests for memory ahead
#if VECTOR_BYTES == 32
  SUMS = 8               // vectors of sums that there are registers for
#else
  SUMS = 16
#endif
};

struct tile {
  int count;
  const uint8_t *key[MOST_TILE];  // behind the last token, that one again
  const uint8_t *value[MOST_TILE];
};

// Which lines of the next tile are to be asked for next: keys and then values, token by token.
struct ahead {
  const uint8_t *const *rows[2];  // of the tokens
  int64_t bytes[2];               // of a token
  int tokens;
  int kind, token;
  int64_t at;
  int64_t lines;                  // at once
};

struct work {
  const struct paged_decode_job *job;
  int bf16;
  int tile_tokens;
  int64_t rows;          // of a key head, padded so that the last four are whole
  int64_t query_stride;  // D in whole chunks
  int64_t out_stride;    // V in whole chunks
  float *query;          // [G, rows, query_stride] in the order of chunks, times scale * log2(e)
  float *out;            // [G, rows, out_stride] in the order of chunks
  float *highest;        // [G, rows]
  float *total;          // [G, rows]
  float *weights;        // [MOST_ROWS, MOST_TILE]: scores, and then weights
  float shrink[MOST_ROWS];
  int from, to;          // tokens of the tile that any row at work sees
  struct tile *tile, *next;
  struct ahead ahead;
};

static int64_t in_chunks(int bf16, int64_t elements) {
  return ceil_div(elements, chunk_of(bf16)) * chunk_of(bf16);
}

static int64_t bytes_of(int bf16, int64_t elements) { return elements * (bf16 ? 2 : 4); }

static int64_t key_bytes(const struct work *w) {
  return bytes_of(w->bf16, w->job->key_heads * w->job->width);
}

static int64_t value_bytes(const struct work *w) {
  return bytes_of(w->bf16, w->job->key_heads * w->job->value_width);
}

static int tile_tokens_of(const struct work *w) {
  int64_t tokens = TILE_BYTES / (key_bytes(w) + value_bytes(w)) / LEAST_TILE * LEAST_TILE;
  return (int)(tokens < LEAST_TILE ? LEAST_TILE : tokens < MOST_TILE ? tokens : MOST_TILE);
}

static int64_t lay_out(const struct paged_decode_job *job, int bf16, struct work *w,
                       uint8_t *base) {
  uint8_t *at = base;
  w->job = job;
  w->bf16 = bf16;
  w->rows = ceil_div(job->query_tokens * job->sharing, MOST_ROWS) * MOST_ROWS;
  w->query_stride = in_chunks(bf16, job->width);
  w->out_stride = in_chunks(bf16, job->value_width);
  w->tile_tokens = tile_tokens_of(w);
  int64_t rows = job->key_heads * w->rows;
  w->query = (float *)take(&at, rows * w->query_stride * 4);
  w->out = (float *)take(&at, rows * w->out_stride * 4);
  w->highest = (float *)take(&at, rows * 4);
  w->total = (float *)take(&at, rows * 4);
  w->weights = (float *)take(&at, MOST_ROWS * MOST_TILE * 4);
  w->tile = (struct tile *)take(&at, sizeof *w->tile);
  w->next = (struct tile *)take(&at, sizeof *w->next);
  return at - base;
}

// Where the tokens of the tile from `first` on lie; none from job->to on.
static void find_tokens(const struct work *w, const uint8_t *keys, const uint8_t *values,
                        const int32_t *blocks, int64_t first, struct tile *tile) {
  const struct paged_decode_job *job = w->job;
  int64_t left = job->to - first, block = first / job->block_tokens;
  int64_t slot = first % job->block_tokens, key = key_bytes(w), value = value_bytes(w);
  tile->count = (int)(left < 0 ? 0 : left < w->tile_tokens ? left : w->tile_tokens);
  for (int t = 0; t < tile->count; t++) {
    tile->key[t] = keys + blocks[block] * job->key_block + slot * key;
    tile->value[t] = values + blocks[block] * job->value_block + slot * value;
    if (++slot == job->block_tokens) {
      slot = 0;
      block++;
    }
  }
  for (int t = tile->count; t < MOST_TILE && tile->count > 0; t++) {
    tile->key[t] = tile->key[tile->count - 1];
  }
}

// Rows that are taken together where so many are left: three are four, of which one is nothing.
static int rows_together(int64_t left) { return left >= 3 ? 4 : (int)left; }

static int64_t lines_of(int64_t bytes) { return ceil_div(bytes, LINE); }

// Vectors of sums that a row has at once: one row has as many as two, as more would not fit into a
// head of 128.
INLINE int sums_together(int rows) { return SUMS / (rows < 2 ? 2 : rows); }

// How often a head's rows look ahead: once a chunk of the scores, once a turn of the values.
static int64_t turns_of(const struct work *w, int rows) {
  int64_t scores = ceil_div((int64_t)w->tile->count * rows, LANES);
  int64_t passes = ceil_div(w->out_stride / LANES, sums_together(rows));
  return scores * (w->query_stride / chunk_of(w->bf16)) + passes * (w->tile->count / TURN);
}

// Spreads the requests for the next tile evenly over the work on this one.
static void plan_ahead(struct work *w) {
  const struct paged_decode_job *job = w->job;
  int64_t rows = job->query_tokens * job->sharing, turns = 0;
  for (int64_t row = 0; row < rows; row += rows_together(rows - row)) {
    turns += turns_of(w, rows_together(rows - row));
  }
  int64_t lines = w->next->count * (lines_of(key_bytes(w)) + lines_of(value_bytes(w)));
  w->ahead = (struct ahead){.rows = {w->next->key, w->next->value},
                            .bytes = {key_bytes(w), value_bytes(w)},
                            .tokens = w->next->count,
                            .kind = w->next->count > 0 ? 0 : 2,
                            .lines = ceil_div(lines, turns * job->key_heads)};
}

INLINE void look_ahead(struct ahead *a) {
  int64_t left = a->lines, at = a->at;
  int kind = a->kind, token = a->token;
  while (left > 0 && kind < 2) {
    const uint8_t *row = a->rows[kind][token];
    int64_t bytes = a->bytes[kind];
    for (; left > 0 && at < bytes; at += LINE, left--) {
      __builtin_prefetch(row + at, 0, 2);
    }
    if (at >= bytes) {
      at = 0;
      if (++token == a->tokens) {
        token = 0;
        kind++;
      }
    }
  }
  a->kind = kind;
  a->token = token;
  a->at = at;
}

#endif
