// The loops around the tiles: passes over K, panels of channels, pieces of a pass, tiles of rows.

#include "product.h"

#if defined(__AMX_BF16__)
#include "matrix_unit.h"
static void begin_tiles(void) { shape_tiles(); }
static void end_tiles(void) { _tile_release(); }
#else
static void begin_tiles(void) {}
static void end_tiles(void) {}
#endif

// With a pass, activations that stay in the second-level cache. A matrix unit needs many rows for
// every weight that the third-level cache brings; processors that have one have 2 MB.
int64_t KERNEL(product_rows)(int64_t format, int64_t element) {
  struct product_job job = {.format = format, .element = element, .row_to = TILED_ROWS};
  return is_tiled(&job) ? 384 : 96;
}

static int64_t lay_out(const struct product_job *job, struct product *p, uint8_t *base) {
  int64_t rows = rows_kept(job);
  int64_t pass = job->depth < job->pass ? round_up(job->depth, GROUP) : job->pass;
  int64_t kept = job->depth > job->pass ? job->panel_to - job->panel_from : 1;
  uint8_t *at = base;
  p->packed = (uint32_t *)at;
  at += round_up(rows * stride_of(job, INTERNAL(product_words)(job, pass)) * 4 + VECTOR_BYTES, 64);
  p->sums = (float *)at;
  at += round_up(kept * rows * PANEL * 4, 64);
  p->widened = at;
  at += INTERNAL(product_widened_bytes)(job);
  return at - base;
}

int64_t KERNEL(product_work)(const struct product_job *job) {
  struct product p;
  return lay_out(job, &p, 0);
}

// All tiles of rows against one piece; `done` elements of the pass came before it.
static void run_piece(const struct product *p, const uint8_t *strip, int64_t words_done,
                      int64_t words, int64_t words_of_pass, float *sums, int begins) {
  const struct product_job *job = &p->job;
  int64_t tiles = tiles_of(job), stride = stride_of(job, words_of_pass);
  for (int64_t i = 0; i < tiles; i++) {
    int64_t row = tile_start(job, i), count = tile_start(job, i + 1) - row;
    const uint32_t *x = p->packed + row * stride + words_done * (is_tiled(job) ? 1 : count);
    struct tile t = {x, stride, strip, words, sums + row * PANEL, begins};
    INTERNAL(product_tile)(job, &t, count);
  }
}

static void run_panel(const struct product *p, int64_t panel, int64_t first, int64_t count,
                      float *sums) {
  const struct product_job *job = &p->job;
  const uint8_t *weights = p->weights + panel * panel_bytes(job->format, job->depth);
  int64_t piece = INTERNAL(product_piece)(job), words_of_pass = INTERNAL(product_words)(job, count);
  for (int64_t done = 0; done < count; done += piece) {
    int64_t some = count - done < piece ? count - done : piece;
    const uint8_t *strip = weights + panel_bytes(job->format, first + done);
    strip = INTERNAL(product_widen)(p, strip, some);
    run_piece(p, strip, INTERNAL(product_words)(job, done), INTERNAL(product_words)(job, some),
              words_of_pass, sums, first + done == 0);
  }
}

static void run_pass(const struct product *p, int64_t first) {
  const struct product_job *job = &p->job;
  int64_t count = job->depth - first < job->pass ? job->depth - first : job->pass;
  int several = job->depth > job->pass;
  INTERNAL(product_pack)(p, first, INTERNAL(product_words)(job, count));
  for (int64_t panel = job->panel_from; panel < job->panel_to; panel++) {
    int64_t kept = several ? panel - job->panel_from : 0;
    float *sums = p->sums + kept * rows_kept(job) * PANEL;
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
  if (is_tiled(job)) {
    begin_tiles();
  }
  for (int64_t first = 0; first < job->depth; first += job->pass) {
    run_pass(&p, first);
  }
  if (is_tiled(job)) {
    end_tiles();
  }
}
