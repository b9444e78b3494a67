// Turns sums into results: scales, bias, activation, residual.

#include "product.h"

INLINE vec apply(int64_t function, vec x) {
  switch (function) {
    case GELU: return gelu_of(x);
    case SILU: return silu_of(x);
    default: return x;
  }
}

INLINE vec load_some(const float *x, int64_t count) {
  return count == LANES ? load(x) : load_part(x, count);
}

// What a vector of channels shares in all rows.
struct channels {
  int64_t count;
  vec scales;
  ivec offsets; // what the offset of activations added
  vec bias;
};

static struct channels channels_of(const struct product *p, int64_t column) {
  const struct product_job *job = &p->job;
  int64_t left = job->columns - column;
  struct channels c = {left < LANES ? left : LANES, all(1), {0}, all(0)};
  if (c.count <= 0) {
    return c;
  }
  if (job->format == INT8) {
    c.scales = load_some((const float *)(p->weights + job->channel_scales) + column, c.count);
    c.offsets = (ivec)load_some((const float *)(p->weights + job->channel_sums) + column, c.count) *
                ACTIVATION_OFFSET;
  }
  if (p->bias) {
    c.bias = load_some(p->bias + column, c.count);
  }
  return c;
}

INLINE vec unscaled(const struct product *p, const struct channels *c, const float *sums,
                    int64_t row) {
  vec sum = load(sums);
  if (!is_whole(&p->job)) {
    return sum;
  }
  return __builtin_convertvector((ivec)sum - c->offsets, vec) * p->row_scales[row];
}

static void finish_channels(const struct product *p, const float *sums, int64_t column, int64_t row,
                            int64_t rows) {
  const struct product_job *job = &p->job;
  struct channels c = channels_of(p, column);
  if (c.count <= 0) {
    return;
  }
  row += job->row_from;
  for (int64_t end = row + rows; row < end; row++, sums += PANEL) {
    int64_t at = row * job->columns + column;
    vec value = apply(job->function, unscaled(p, &c, sums, row) * c.scales + c.bias);
    if (p->residual) {
      value += load_some(p->residual + at, c.count);
    }
    if (c.count == LANES) {
      store(p->out + at, value);
    } else {
      store_part(p->out + at, value, c.count);
    }
  }
}

void INTERNAL(product_finish)(const struct product *p, const float *sums, int64_t panel,
                              int64_t row, int64_t rows) {
  for (int64_t i = 0; i < PANEL; i += LANES) {
    finish_channels(p, sums + i, panel * PANEL + i, row, rows);
  }
}
