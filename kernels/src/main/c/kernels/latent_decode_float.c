// Latent attention with float32 products, over a cache of any format: a tile of tokens is brought to
// float32 once, and its rows are then both the keys and, as far as they go, the values. For the
// levels and formats that have no narrower products.

#include "float_unit.h"
#include "latent_decode.h"
#include "level.h"
#include "stored_row.h"

// Tokens at once: with the sums of a block they stay in the second-level cache.
enum { TILE = 96 };

#include "attention_tile.h"
#include "latent_tile.h"

struct work {
  struct block block;
  float *rows;     // [TILE, stride]
  float *query;    // [width]
  uint8_t *zeros;  // memory of a token, for those that there are none
  struct tile tile;
  struct tile ahead;
};

static int64_t lay_out(const struct latent_decode_job *job, struct work *w, uint8_t *base) {
  uint8_t *at = base;
  struct block *b = &w->block;
  lay_out_block(b, &at, job->query_tokens * job->heads, job->width, job->value_width);
  b->scoring.key_stride = b->value_stride = stride_of(job->width);
  b->strip_stride = COLUMNS;
  w->rows = (float *)take(&at, TILE * b->value_stride * 4);
  w->query = (float *)take(&at, job->width * 4);
  w->zeros = take(&at, job->token_bytes);
  b->scoring.keys = b->values = w->rows;
  b->scoring.ahead = w->ahead.token;
  b->scoring.ahead_bytes = job->token_bytes;
  return at - base;
}

static void begin(const struct latent_decode_job *job, struct work *w, const void *query) {
  begin_block(&w->block, job->scale);
  memset(w->rows, 0, TILE * w->block.value_stride * 4);
  for (int64_t r = 0; r < job->query_tokens * job->heads; r++) {
    int64_t token = r / job->heads;
    int64_t at = token * job->query_token + r % job->heads * job->width;
    if (job->query_float) {
      memcpy(w->query, (const float *)query + at, job->width * 4);
    } else {
      widen_bf16(w->query, (const uint8_t *)query + 2 * at, job->width);
    }
    pack_row(&w->block, r, w->query, job->visible + token * job->visible_step);
  }
}

static void read_tile(const struct latent_decode_job *job, struct work *w, int count,
                      read_function *read) {
  w->block.present = NULL;
  for (int t = 0; t < count; t++) {
    float *to = w->rows + t * w->block.value_stride;
    if (w->tile.present[t]) {
      read(to, w->tile.token[t], job->width, job->value_width);
    } else {
      memset(to, 0, job->width * 4);
      w->block.present = w->tile.present;
    }
  }
}

static void write_out(const struct latent_decode_job *job, const struct work *w, float *out) {
  const struct block *b = &w->block;
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    for (int64_t strip = 0; strip < b->strips; strip++) {
      int64_t left = job->value_width - strip * COLUMNS;
      memcpy(out + row * job->value_width + strip * COLUMNS,
             b->out + (strip * b->rows + row) * COLUMNS, (left < COLUMNS ? left : COLUMNS) * 4);
    }
  }
  write_rows(job, b->state, out);
}

static int decode(const struct latent_decode_job *job, const void *query, const uint8_t *cache,
                  const int32_t *positions, uint8_t *memory, float *out, read_function *read) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, &w, query);
  int found = find_tokens(job, cache, positions, w.zeros, job->from, &w.ahead);
  for (int64_t first = job->from; found && first < job->to; first += TILE) {
    int count = (int)(job->to - first < TILE ? job->to - first : TILE);
    w.tile = w.ahead;
    found = find_tokens(job, cache, positions, w.zeros, first + TILE, &w.ahead);
    read_tile(job, &w, count, read);
    attend(&w.block, first, count);
  }
  write_out(job, &w, out);
  return !found;
}

int64_t KERNEL(latent_decode_float32_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Writes [rows, value_width] sums of weighted values, then for each row the highest score times
// log2(e), then for each row the sum of the weights. Returns 0, or 1 where the positions lead out
// of the cache.
//
// query      [query_tokens, heads, width]
// positions  the block of every run of block_tokens tokens, or with sparse the tokens themselves
// memory     latent_decode_float32_work bytes, 64-byte aligned
int KERNEL(latent_decode_float32)(const struct latent_decode_job *job, const void *query,
                                  const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                                  float *out) {
  return decode(job, query, cache, positions, memory, out, read_float32);
}

#if !defined(__AVX512BF16__)

int64_t KERNEL(latent_decode_bf16_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As latent_decode_float32.
int KERNEL(latent_decode_bf16)(const struct latent_decode_job *job, const void *query,
                               const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                               float *out) {
  return decode(job, query, cache, positions, memory, out, read_bf16);
}

int64_t KERNEL(latent_decode_int8_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As latent_decode_float32.
int KERNEL(latent_decode_int8)(const struct latent_decode_job *job, const void *query,
                               const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                               float *out) {
  return decode(job, query, cache, positions, memory, out, read_int8);
}

int64_t KERNEL(latent_decode_fp8_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As latent_decode_float32, over FP8 tokens; the value width is a multiple of 128.
int KERNEL(latent_decode_fp8)(const struct latent_decode_job *job, const void *query,
                              const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                              float *out) {
  return decode(job, query, cache, positions, memory, out, read_fp8);
}

#endif
