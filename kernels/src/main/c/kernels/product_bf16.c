// Which tile takes what, with AVX-512-BF16 and VNNI.

#if defined(__AVX512BF16__)

#include "fixed_group.h"
#include "split.h"

// Few rows of such weights are faster without a detour through bf16 in memory.
static int is_direct(const struct product_job *job) {
  return is_narrow(job) && rows_of(job) <= FEW_ROWS;
}

// Rows of weights become a piece that stays in the first-level cache.
enum { TURNED_ELEMENTS = 256 };

// The whole pass: its tiles find their weights in the second-level cache in time. A matrix unit is
// faster than that cache, so that it takes pieces that stay in the first-level cache, but not of
// float32, of which it loads little for what it multiplies.
int64_t INTERNAL(product_piece)(const struct product_job *job) {
  enum { TILED_PIECE_WORDS = 128 };
  if (is_rows(job)) {
    return meets_rows(job) ? job->pass : TURNED_ELEMENTS;
  }
  return is_tiled(job) && !is_split(job) ? TILED_PIECE_WORDS * (is_whole(job) ? 4 : 2) : job->pass;
}

// In parts float32 is half as long again, and a panel three times as long as one of bf16.
#if defined(__AMX_BF16__)
enum { FLOAT32_PASS = 512 };
#else
enum { FLOAT32_PASS = 1024 };
#endif

// A row's activations take 4 KB and widened panels 64 KB; in parts 3 and 96 KB.
int64_t KERNEL(product_pass)(int64_t format, int64_t element) {
  switch (format) {
    case FLOAT32: return FLOAT32_PASS;
    case BFLOAT16:
    case BFLOAT16_ROWS: return 2048;
    default: return element == INT8 ? 4096 : 1024;
  }
}

int64_t INTERNAL(product_widened_bytes)(const struct product_job *job) {
  int64_t pass = job->depth < job->pass ? round_up(job->depth, GROUP) : job->pass;
  if (is_split(job)) {
    return ceil_div(pass, SPLIT_ELEMENTS) * SPLIT_BYTES;
  }
  if (is_rows(job)) {
    return meets_rows(job) ? 0 : TURNED_ELEMENTS * PANEL * 2;
  }
  return is_narrow(job) && !is_direct(job) ? pass * PANEL * 2 : 0;
}

// Narrow weights come in whole quads or groups.
int64_t INTERNAL(product_words)(const struct product_job *job, int64_t count) {
  if (is_fixed(job)) {
    return ceil_div(count, GROUP) * FIXED_WORDS;
  }
  switch (job->format) {
    case FLOAT32: return is_split(job) ? ceil_div(count, SPLIT_ELEMENTS) * SPLIT_WORDS : count;
    case BFLOAT16:
    case BFLOAT16_ROWS: return ceil_div(count, 2);
    case INT8: return ceil_div(count, 4) * (is_whole(job) ? 1 : 2);
    default: return round_up(count, GROUP) / 2;
  }
}

const uint8_t *INTERNAL(product_widen)(const struct product *p, const uint8_t *strip,
                                       int64_t count, int64_t channels) {
  if (is_rows(&p->job) && !meets_rows(&p->job)) {
    INTERNAL(product_turn)(strip, p->job.depth * 2, channels, count * 2, p->widened);
    return p->widened;
  }
  if (is_split(&p->job)) {
    return p->widened;
  }
  if (!is_narrow(&p->job) || is_direct(&p->job)) {
    return strip;
  }
  if (p->job.format == INT8) {
    INTERNAL(product_widen_int8)(strip, count, p->widened);
  } else {
    INTERNAL(product_widen_int4)(strip, count, p->widened);
  }
  return p->widened;
}

void INTERNAL(product_tile)(const struct product_job *job, const struct tile *t, int64_t rows) {
#if defined(__AMX_BF16__)
  if (is_split(job)) {
    INTERNAL(product_tiled_split)(t, rows);
    return;
  }
#endif
  if (job->format == FLOAT32) {
    INTERNAL(product_tile_float32)(t, rows);
  } else if (meets_rows(job)) {
    INTERNAL(product_direct_rows)(t, rows);
#if defined(__AMX_BF16__)
  } else if (is_tiled(job) && is_whole(job)) {
    INTERNAL(product_tiled_int8)(t, rows);
  } else if (is_tiled(job)) {
    INTERNAL(product_tiled_bf16)(t, rows);
#endif
  } else if (is_whole(job)) {
    INTERNAL(product_tile_int8)(t, rows);
  } else if (!is_direct(job)) {
    INTERNAL(product_tile_bf16)(t, rows);
  } else if (is_fixed(job) && job->format == INT8) {
    INTERNAL(product_fixed_int8)(t);
  } else if (is_fixed(job)) {
    INTERNAL(product_fixed_int4)(t);
  } else if (job->format == INT8) {
    INTERNAL(product_direct_int8)(t, rows);
  } else {
    INTERNAL(product_direct_int4)(t, rows);
  }
}

#endif
