// The loops around the tiles: passes over K, panels of channels, pieces of a pass, tiles of rows.

#include "product.h"

#if defined(__AMX_BF16__)
#include "matrix_unit.h"
#include "split.h"
static void begin_tiles(void) { shape_tiles(); }
static void end_tiles(void) { _tile_release(); }
#else
static void begin_tiles(void) {}
static void end_tiles(void) {}
#endif

// With a pass, activations that stay in the second-level cache. A matrix unit needs many rows for
// every weight that the third-level cache brings; processors that have one have 2 MB.
int64_t KERNEL(product_rows)(int64_t format, int64_t element, int64_t depth) {
  enum { ROWS = 96, MOST_ROWS_TILED = 384, PACKED_BYTES = 640 << 10 };
  struct product_job job = {.format = format, .element = element, .row_to = TILED_ROWS};
  if (!is_tiled(&job)) {
    return ROWS;
  }
  int64_t pass = INTERNAL(product_pass)(format, element);
  int64_t row = INTERNAL(product_words)(&job, depth < pass ? depth : pass) * 4;
  int64_t rows = PACKED_BYTES / row / TILED_ROWS * TILED_ROWS;
  return rows < ROWS ? ROWS : rows > MOST_ROWS_TILED ? MOST_ROWS_TILED : rows;
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

// A piece of a panel in a pass.
struct piece {
  int64_t panel;
  int64_t first;   // element along K
  int64_t count;
  int64_t begin;   // the pass's first element
  int64_t of_pass; // elements that it has
  float *sums;     // of the block's rows
};

static const uint8_t *weights_at(const struct product *p, int64_t panel, int64_t element) {
  int64_t format = p->job.format;
  if (is_rows(&p->job)) {
    return p->weights + (panel * PANEL * p->job.depth + element) * 2;
  }
  return p->weights + panel * panel_bytes(format, p->job.depth) + panel_bytes(format, element);
}

// What is read after a piece, or null: the next piece, or the next panel's first.
static const uint8_t *next_weights(const struct product *p, const struct piece *piece) {
  int64_t end = piece->first + piece->count;
  if (end < piece->begin + piece->of_pass) {
    return weights_at(p, piece->panel, end);
  }
  return piece->panel + 1 < p->job.panel_to ? weights_at(p, piece->panel + 1, piece->begin) : 0;
}

static int64_t channels_of(const struct product_job *job, int64_t panel) {
  int64_t left = job->columns - panel * PANEL;
  return left < PANEL ? left : PANEL;
}

// Asks for a share of the next piece of weights that lie row by row, in lines: there is no stream that
// the hardware would follow.
static void ask_for_rows(const struct product *p, const struct piece *piece, const uint8_t *next,
                         int64_t share, int64_t shares) {
  int64_t lines = ceil_div(piece->count * 2, 64);
  int64_t channels = channels_of(&p->job, piece->panel);
  int64_t end = lines * channels * (share + 1) / shares;
  for (int64_t i = lines * channels * share / shares; i < end; i++) {
    __builtin_prefetch(next + i / lines * p->job.depth * 2 + i % lines * 64, 0, 2);
  }
}

static void finish(const struct product *p, int64_t panel, float *sums, int64_t row, int64_t rows) {
#if defined(__AMX_BF16__)
  if (is_split(&p->job)) {
    INTERNAL(product_repair)(p, sums, panel, row, rows);
  }
#endif
  INTERNAL(product_finish)(p, sums, panel, row, rows);
}

// All tiles of rows against one piece.
static void run_piece(const struct product *p, const struct piece *piece) {
  const struct product_job *job = &p->job;
  int64_t tiles = tiles_of(job), stride = stride_of(job, INTERNAL(product_words)(job, piece->of_pass));
  int64_t done = INTERNAL(product_words)(job, piece->first - piece->begin);
  int ends = piece->first + piece->count == job->depth;
  const uint8_t *weights = weights_at(p, piece->panel, piece->first);
  struct tile t = {
      .stride = stride,
      .strip = INTERNAL(product_widen)(p, weights, piece->count, channels_of(job, piece->panel)),
      .words = INTERNAL(product_words)(job, piece->count),
      .begins = piece->first == 0,
      .unsplit = is_split(job) ? weights : 0,
      .elements = piece->count,
      .channels = channels_of(job, piece->panel),
      .row_bytes = job->depth * 2,
      .next = is_rows(job) ? 0 : next_weights(p, piece)};
  const uint8_t *next_rows = is_rows(job) && !meets_rows(job) ? next_weights(p, piece) : 0;
  int64_t steps = ceil_div(t.words, is_split(job) ? PARTS * TILED_WORDS : TILED_WORDS);
  t.next_lines = t.next ? ceil_div(panel_bytes(job->format, piece->count), 64 * steps * tiles) : 0;
  for (int64_t i = 0; i < tiles; i++, t.unsplit = 0, t.next += steps * t.next_lines * 64) {
    int64_t row = tile_start(job, i), rows = tile_start(job, i + 1) - row;
    t.x = p->packed + row * stride + done * (stays_rows(job) ? 1 : rows);
    t.sums = piece->sums + row * PANEL;
    if (next_rows) {
      ask_for_rows(p, piece, next_rows, i, tiles);
    }
    INTERNAL(product_tile)(job, &t, rows);
    if (ends) {
      finish(p, piece->panel, t.sums, row, rows);
    }
  }
}

static void run_pass(const struct product *p, int64_t pass) {
  const struct product_job *job = &p->job;
  int64_t count = job->depth - pass < job->pass ? job->depth - pass : job->pass;
  int64_t some = INTERNAL(product_piece)(job);
  int several = job->depth > job->pass;
  INTERNAL(product_pack)(p, pass, INTERNAL(product_words)(job, count));
  for (int64_t panel = job->panel_from; panel < job->panel_to; panel++) {
    int64_t kept = several ? panel - job->panel_from : 0;
    float *sums = p->sums + kept * rows_kept(job) * PANEL;
    for (int64_t done = 0; done < count; done += some) {
      int64_t left = count - done;
      struct piece piece = {panel, pass + done, left < some ? left : some, pass, count, sums};
      run_piece(p, &piece);
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
