// The loops around the tiles: passes over K, panels of channels, tiles of rows.

#if defined(__AVX512BF16__)

#include "product.h"

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static int64_t lay_out(const struct product_job *job, struct product *p, uint8_t *base) {
  int64_t rows = job->row_to - job->row_from;
  int64_t pass = job->depth < job->pass ? ceil_div(job->depth, GROUP) * GROUP : job->pass;
  int64_t kept = job->depth > job->pass ? job->panel_to - job->panel_from : 1;
  uint8_t *at = base;
  p->packed = (uint32_t *)at;
  at += aligned(rows * pass * 4 + LANES * 4);
  p->sums = (float *)at;
  at += aligned(kept * rows * PANEL * 4);
  p->widened = at;
  at += widens(job) && !is_direct(job) ? pass * PANEL * 2 : 0;
  return at - base;
}

int64_t KERNEL(product_work)(const struct product_job *job) {
  struct product p;
  return lay_out(job, &p, 0);
}

// Bytes of a panel for a count of elements along K, which is a multiple of what a step holds.
static int64_t panel_bytes(int64_t format, int64_t count) {
  switch (format) {
    case FLOAT32: return count * STEP_BYTES;
    case BFLOAT16: return ceil_div(count, 2) * STEP_BYTES;
    case INT8: return ceil_div(count, 4) * STEP_BYTES;
    default: return ceil_div(count, GROUP) * GROUP_BYTES;
  }
}

static void run_tile(const struct product_job *job, const struct tile *t, int64_t rows) {
  if (job->format == FLOAT32) {
    INTERNAL(product_tile_float32)(t, rows);
  } else if (job->element == INT8) {
    INTERNAL(product_tile_int8)(t, rows);
  } else if (!is_direct(job)) {
    INTERNAL(product_tile_bf16)(t, rows);
  } else if (job->format == INT8) {
    INTERNAL(product_direct_int8)(t, rows);
  } else {
    INTERNAL(product_direct_int4)(t, rows);
  }
}

// Four-byte words of a row in a pass; narrow weights come in whole quads or groups.
static int64_t steps_of(const struct product_job *job, int64_t count) {
  if (job->format == FLOAT32) {
    return count;
  }
  if (job->format == BFLOAT16) {
    return ceil_div(count, 2);
  }
  if (job->format == INT8) {
    return ceil_div(count, 4) * (job->element == INT8 ? 1 : 2);
  }
  return ceil_div(count, GROUP) * GROUP / 2;
}

static const uint8_t *widen(const struct product *p, const uint8_t *strip, int64_t count) {
  if (!widens(&p->job) || is_direct(&p->job)) {
    return strip;
  }
  if (p->job.format == INT8) {
    INTERNAL(product_widen_int8)(strip, count, p->widened);
  } else {
    INTERNAL(product_widen_int4)(strip, count, p->widened);
  }
  return p->widened;
}

static void run_panel(const struct product *p, int64_t panel, int64_t first, int64_t count,
                      float *sums) {
  const struct product_job *job = &p->job;
  int64_t rows = job->row_to - job->row_from;
  int64_t tiles = ceil_div(rows, MOST_ROWS);
  int64_t steps = steps_of(job, count);
  const uint8_t *strip = p->weights + panel * panel_bytes(job->format, job->depth) +
                         panel_bytes(job->format, first);
  strip = widen(p, strip, count);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(rows, tiles, i);
    struct tile t = {p->packed + row * steps, strip, steps, sums + row * PANEL, first == 0};
    run_tile(job, &t, tile_start(rows, tiles, i + 1) - row);
  }
}

static void run_pass(const struct product *p, int64_t first) {
  const struct product_job *job = &p->job;
  int64_t count = job->depth - first < job->pass ? job->depth - first : job->pass;
  int several = job->depth > job->pass;
  INTERNAL(product_pack)(p, first, steps_of(job, count));
  for (int64_t panel = job->panel_from; panel < job->panel_to; panel++) {
    int64_t kept = several ? panel - job->panel_from : 0;
    float *sums = p->sums + kept * (job->row_to - job->row_from) * PANEL;
    run_panel(p, panel, first, count, sums);
    if (first + count == job->depth) {
      INTERNAL(product_finish)(p, sums, panel);
    }
  }
}

void KERNEL(product)(const struct product_job *job, const void *x, const float *row_scales,
                     const void *weights, const float *bias, const float *residual, float *out) {
  struct product p = {*job, x, row_scales, weights, bias, residual, out, 0, 0, 0};
  lay_out(job, &p, job->work);
  for (int64_t first = 0; first < job->depth; first += job->pass) {
    run_pass(&p, first);
  }
}

#endif
