// Which tile takes what, without AVX-512-BF16.

#include "level.h"

#if !defined(__AVX512BF16__)

#include "product_float32.h"

int64_t INTERNAL(product_piece)(const struct product_job *job) {
  if (is_whole(job)) {
    return PIECE_STEPS * 4;
  }
  if (meets_rows(job)) {
    return job->pass;
  }
  if (!is_direct(job)) {
    return PIECE_STEPS;
  }
  switch (job->format) {
    case BFLOAT16: return PIECE_STEPS * 2;
    case INT8: return PIECE_STEPS * 4;
    default: return PIECE_STEPS * 8;
  }
}

// A row's activations take 4 KB.
int64_t KERNEL(product_pass)(int64_t format, int64_t element) {
  (void)format;
  return element == INT8 ? 4096 / INT8_WORDS : 1024;
}

int64_t INTERNAL(product_widened_bytes)(const struct product_job *job) {
  int64_t turned = is_rows(job) ? PIECE_STEPS / 2 * STEP_BYTES : 0;
  return is_narrow(job) && !is_direct(job) ? PIECE_STEPS * STEP_BYTES + turned : 0;
}

int64_t INTERNAL(product_words)(const struct product_job *job, int64_t count) {
  if (is_whole(job)) {
    return ceil_div(count, 4) * INT8_WORDS;
  }
  switch (job->format) {
    case FLOAT32: return count;
    case BFLOAT16:
    case BFLOAT16_ROWS: return round_up(count, 2);
    case INT8: return round_up(count, 4);
    default: return ceil_div(count, GROUP) * (is_direct(job) ? GROUP_WORDS : GROUP);
  }
}

static void widen_rows(const struct product *p, const uint8_t *rows, int64_t count, int64_t channels,
                       float *to) {
  uint8_t *turned = (uint8_t *)(to + PIECE_STEPS * PANEL);
  INTERNAL(product_turn)(rows, p->job.depth * 2, channels, count * 2, turned);
  INTERNAL(product_widen_bf16)(turned, count, to);
}

const uint8_t *INTERNAL(product_widen)(const struct product *p, const uint8_t *strip,
                                       int64_t count, int64_t channels) {
  if (!is_narrow(&p->job) || is_direct(&p->job)) {
    return strip;
  }
  float *to = (float *)p->widened;
  switch (p->job.format) {
    case BFLOAT16: INTERNAL(product_widen_bf16)(strip, count, to); break;
    case BFLOAT16_ROWS: widen_rows(p, strip, count, channels, to); break;
    case INT8: INTERNAL(product_widen_int8)(strip, count, to); break;
    default: INTERNAL(product_widen_int4)(strip, count, to); break;
  }
  return p->widened;
}

static void run_direct(int64_t format, const struct tile *t, int64_t rows) {
  switch (format) {
    case BFLOAT16: INTERNAL(product_direct_bf16)(t, rows); break;
    case INT8: INTERNAL(product_direct_int8)(t, rows); break;
    default: INTERNAL(product_direct_int4)(t, rows); break;
  }
}

void INTERNAL(product_tile)(const struct product_job *job, const struct tile *t, int64_t rows) {
  if (is_whole(job)) {
    INTERNAL(product_tile_int8)(t, rows);
  } else if (meets_rows(job)) {
    INTERNAL(product_direct_rows)(t, rows);
  } else if (is_direct(job)) {
    run_direct(job->format, t, rows);
  } else {
    INTERNAL(product_tile_float32)(t, rows);
  }
}

#endif
