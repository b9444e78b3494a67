// Random shapes for the products with packed weights. What comes out is compared with plain loops;
// numbers beside weights that are not float32 are exact in bf16, so that only sums are rounded.

#include <math.h>

#include "../../main/c/kernels/product.h"
#include "fuzz.h"

int64_t INTERNAL(product_work)(const struct product_job *);
void INTERNAL(product)(const struct product_job *, const void *, const float *, const void *,
                       const float *, const float *, float *);
void INTERNAL(product_quantize)(const float *, int8_t *, float *, int64_t, int64_t, int64_t);

enum { MOST_INT4 = 7 };

struct trial {
  struct product_job job;
  int64_t rows;
  double *x, *w;  // [rows, K], [N, K]: what the stored numbers mean
  void *stored_x;
  float *row_scales;
  uint8_t *panels;
  float *bias, *residual, *out;
};

static int64_t up(int64_t count, int64_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

static int64_t panel_bytes_of(int64_t format, int64_t depth) {
  switch (format) {
    case FLOAT32: return depth * STEP_BYTES;
    case BFLOAT16: return up(depth, 2) / 2 * STEP_BYTES;
    case INT8: return up(depth, 4) / 4 * STEP_BYTES;
    case BFLOAT16_ROWS: return PANEL * depth * 2;
    default: return up(depth, GROUP) / GROUP * GROUP_BYTES;
  }
}

static void draw(struct trial *t) {
  struct product_job *job = &t->job;
  job->format = below(5);
  job->element = job->format == INT8 ? below(3) : below(2);
  job->columns = 1 + below(below(3) ? 40 : 150);
  job->depth = 1 + below(below(3) ? 70 : below(10) ? 700 : 3000);
  t->rows = 1 + below(below(2) ? 5 : 40);
  job->row_from = below(3) ? 0 : below(t->rows);
  job->row_to = below(3) ? t->rows : job->row_from + 1 + below(t->rows - job->row_from);
  int64_t panels = up(job->columns, PANEL) / PANEL;
  job->panel_from = below(3) ? 0 : below(panels);
  job->panel_to = below(3) ? panels : job->panel_from + 1 + below(panels - job->panel_from);
  job->pass = below(2) ? 1 << 16 : GROUP * (1 + below(8));
  job->function = below(3);
}

static float bf16(float x) { return of_bf16(bf16_of(x)); }

static float number(const struct trial *t, int64_t type) {
  float x = uniform();
  return t->job.format == FLOAT32 && type == FLOAT32 ? x : bf16(x);
}

static void fill_x(struct trial *t) {
  int64_t count = t->rows * t->job.depth;
  t->x = exactly(count * 8);
  t->stored_x = exactly(count * (t->job.element == FLOAT32 ? 4 : t->job.element == INT8 ? 1 : 2));
  t->row_scales = exactly(t->job.element == INT8 ? t->rows * 4 : 0);
  for (int64_t i = 0; i < count; i++) {
    float x = number(t, t->job.element);
    if (t->job.element == INT8) {
      int8_t whole = (int8_t)(below(255) - 127);
      t->row_scales[i / t->job.depth] = 1.0f / 128;
      ((int8_t *)t->stored_x)[i] = whole;
      x = whole / 128.0f;
    } else if (t->job.element == FLOAT32) {
      ((float *)t->stored_x)[i] = x;
    } else {
      ((uint16_t *)t->stored_x)[i] = bf16_of(x);
    }
    t->x[i] = x;
  }
}

// Stores one weight and returns what it means.
static float pack(struct trial *t, int64_t n, int64_t k) {
  if (t->job.format == BFLOAT16_ROWS) {
    float w = bf16(uniform());
    uint16_t half = bf16_of(w);
    memcpy(t->panels + (n * t->job.depth + k) * 2, &half, 2);
    return w;
  }
  uint8_t *panel = t->panels + n / PANEL * panel_bytes_of(t->job.format, t->job.depth);
  uint8_t *lane = panel + n % PANEL * 4;
  float w = number(t, t->job.format);
  if (t->job.format == FLOAT32) {
    memcpy(lane + k * STEP_BYTES, &w, 4);
    return w;
  }
  if (t->job.format == BFLOAT16) {
    uint16_t half = bf16_of(w);
    memcpy(lane + k / 2 * STEP_BYTES + k % 2 * 2, &half, 2);
    return w;
  }
  if (t->job.format == INT8) {
    int8_t whole = (int8_t)(below(255) - 127);
    lane[k / 4 * STEP_BYTES + k % 4] = (uint8_t)whole;
    float scale = 1.0f / 64;
    memcpy(t->panels + t->job.channel_scales + n * 4, &scale, 4);
    int32_t sum;
    memcpy(&sum, t->panels + t->job.channel_sums + n * 4, 4);
    sum += whole;
    memcpy(t->panels + t->job.channel_sums + n * 4, &sum, 4);
    return whole * scale;
  }
  int whole = (int)below(2 * MOST_INT4 + 1) - MOST_INT4;
  uint8_t *group = panel + k / GROUP * GROUP_BYTES;
  uint16_t scale = bf16_of(0.125f);
  memcpy(group + n % PANEL * 2, &scale, 2);
  int64_t in_group = k % GROUP;
  uint8_t *byte = group + GROUP_SCALES + in_group / 8 * STEP_BYTES + n % PANEL * 4 +
                  in_group % 2 * 2 + in_group % 8 / 4;
  int shift = k % 4 < 2 ? 0 : 4;
  *byte = (uint8_t)((*byte & ~(15 << shift)) | (whole & 15) << shift);
  return whole * 0.125f;
}

static void fill_weights(struct trial *t) {
  struct product_job *job = &t->job;
  int64_t panels = up(job->columns, PANEL) / PANEL;
  job->channel_scales = panels * panel_bytes_of(job->format, job->depth);
  job->channel_sums = job->channel_scales + panels * PANEL * 4;
  int64_t bytes = job->channel_sums + panels * PANEL * 4;
  int rows = job->format == BFLOAT16_ROWS;
  t->panels =
      rows ? exactly(job->columns * job->depth * 2) : aligned_alloc(64, (size_t)up(bytes, 64));
  memset(t->panels, 0, (size_t)(rows ? job->columns * job->depth * 2 : bytes));
  t->w = exactly(job->columns * job->depth * 8);
  for (int64_t n = 0; n < job->columns; n++) {
    for (int64_t k = 0; k < job->depth; k++) {
      t->w[n * job->depth + k] = pack(t, n, k);
    }
  }
}

static float *floats(int64_t count) {
  float *memory = exactly(count * 4);
  for (int64_t i = 0; i < count; i++) {
    memory[i] = uniform();
  }
  return memory;
}

static double applied(int64_t function, double x) {
  switch (function) {
    case GELU: return x / 2 * (1 + erf(x / sqrt(2)));
    case SILU: return x / (1 + exp(-x));
    default: return x;
  }
}

static int is_wrong(const struct trial *t, int64_t row, int64_t n) {
  int64_t depth = t->job.depth;
  double sum = t->bias ? t->bias[n] : 0, size = fabs(sum);
  for (int64_t k = 0; k < depth; k++) {
    double product = t->x[row * depth + k] * t->w[n * depth + k];
    sum += product;
    size += fabs(product);
  }
  double expected = applied(t->job.function, sum);
  expected += t->residual ? t->residual[row * t->job.columns + n] : 0;
  double error = fabs(expected - t->out[row * t->job.columns + n]);
  if (error <= 1e-6 * size + 1e-5) {
    return 0;
  }
  fprintf(stderr, "format %ld element %ld K %ld row %ld of %ld channel %ld: %g, not %g\n",
          (long)t->job.format, (long)t->job.element, (long)depth, (long)row, (long)t->rows, (long)n,
          t->out[row * t->job.columns + n], expected);
  return 1;
}

static int result_is_wrong(const struct trial *t) {
  int64_t end = t->job.panel_to * PANEL < t->job.columns ? t->job.panel_to * PANEL : t->job.columns;
  for (int64_t row = t->job.row_from; row < t->job.row_to; row++) {
    for (int64_t n = t->job.panel_from * PANEL; n < end; n++) {
      if (is_wrong(t, row, n)) {
        return 1;
      }
    }
  }
  return 0;
}

static int product_is_wrong(void) {
  struct trial t = {0};
  draw(&t);
  fill_x(&t);
  fill_weights(&t);
  t.bias = below(2) ? floats(t.job.columns) : NULL;
  t.residual = below(2) ? floats(t.rows * t.job.columns) : NULL;
  t.out = floats(t.rows * t.job.columns);
  t.job.work = work_of(INTERNAL(product_work)(&t.job));
  INTERNAL(product)(&t.job, t.stored_x, t.row_scales, t.panels, t.bias, t.residual, t.out);
  int wrong = result_is_wrong(&t);
  free(t.x), free(t.w), free(t.stored_x), free(t.row_scales), free(t.panels);
  free(t.bias), free(t.residual), free(t.out), free(t.job.work);
  return wrong;
}

static int quantize_is_wrong(void) {
  int64_t rows = 1 + below(4), depth = 1 + below(200), from = below(rows);
  float *x = floats(rows * depth), *scales = exactly(rows * 4);
  int8_t *to = exactly(rows * depth);
  INTERNAL(product_quantize)(x, to, scales, from, rows, depth);
  int wrong = 0;
  for (int64_t i = from * depth; i < rows * depth; i++) {
    wrong |= fabs(to[i] * (double)scales[i / depth] - x[i]) > scales[i / depth] * 0.5001;
  }
  free(x), free(scales), free(to);
  return wrong;
}

static int trial(void) { return below(8) ? product_is_wrong() : quantize_is_wrong(); }

int main(int count, char **arguments) { return fuzz(count, arguments, trial); }
