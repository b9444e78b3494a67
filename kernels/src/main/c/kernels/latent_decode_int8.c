// Latent attention over an int8 cache with int8 dot products.
//
// A cached token is [V int8 values | D - V int8 rotary values | 2 float32 scales | 2 int32 sums]:
// a scale and the sum of the elements for each of the two parts. Scores sum unsigned by signed
// bytes, so queries are quantized with an offset of 128 that the sums undo; tiles have products of signed
// bytes and no offset. The scale of a token's
// values is folded into its weight. A tile's weights are quantized to 8 bits as long as the errors of
// all tiles together stay under BUDGET of a row's total weight, and else to 16 bits, a high and a
// low byte: 8 bits can lose many small weights beside a large one.

#if defined(__AVX512BF16__)

#if defined(__AMX_INT8__)
#define DECODES_IN_TILES 256
#endif

#include "latent_int8.h"
#include "latent_int8_query.h"
#include "latent_int8_weight.h"
#include "level.h"

#if defined(DECODES_IN_TILES)
#include "latent_int8_tiled.h"
#else
#include "latent_int8_dots.h"
#endif

int64_t KERNEL(latent_decode_int8_work)(const struct latent_decode_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

static void begin(const struct latent_decode_job *job, const void *query, struct work *w) {
  pack_query(job, query, w);
  memset(w->out, 0, w->strips * w->rows * COLUMNS * 4);
  memset(w->zeros, 0, job->token_bytes);
  memset(w->misplaced, 0, w->rows * 4);
  begin_rows(job, w->groups, w->state, w->visible);
}

static void finish(const struct latent_decode_job *job, const struct work *w, float *out) {
  write_rows(job, w->state, out);
  for (int64_t row = 0; row < job->query_tokens * job->heads; row++) {
    for (int64_t v = 0; v < job->value_width; v += 4) {
      // Undoes the order of unpack: vector j holds of each 16 columns the j-th 4.
      int64_t in_strip = v % COLUMNS;
      int64_t at = in_strip % 16 / 4 * LANES + in_strip / 16 * 4;
      memcpy(out + row * job->value_width + v,
             w->out + (v / COLUMNS * w->rows + row) * COLUMNS + at, 16);
    }
  }
}

// As latent_decode_bf16, over int8 tokens. Both parts of a key are whole quads of elements.
int KERNEL(latent_decode_int8)(const struct latent_decode_job *job, const void *query,
                               const uint8_t *cache, const int32_t *positions, uint8_t *memory,
                               float *out) {
  struct work w;
  lay_out(job, &w, memory);
  begin(job, query, &w);
  int found = find_tokens(job, cache, positions, w.zeros, job->from, &w.ahead);
#if defined(DECODES_IN_TILES)
  shape_tiles();
  ask_for_all(&w.asking, &w.ahead);
#else
  prefetch_tile(job, &w.ahead);
#endif
  for (int64_t first = job->from; found && first < job->to; first += TILE) {
    int count = (int)(job->to - first < TILE ? job->to - first : TILE);
    w.tile = w.ahead;
    found = find_tokens(job, cache, positions, w.zeros, first + TILE, &w.ahead);
    one_tile(job, &w, first, count);
  }
#if defined(DECODES_IN_TILES)
  _tile_release();
#endif
  finish(job, &w, out);
  return !found;
}

#endif
