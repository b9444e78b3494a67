// Norms of rows that lie one after the other.

#include "level.h"
#include "vector.h"

static float sum_row(const float *x, int64_t width) {
  vec sums = {0};
  int64_t i = 0;
  for (; i + LANES <= width; i += LANES) {
    sums += load(x + i);
  }
  if (i < width) {
    sums += load_part(x + i, width - i);
  }
  return sum_of(sums);
}

static float sum_of_squares(const float *x, float mean, int64_t width) {
  vec sums = {0};
  int64_t i = 0;
  for (; i + LANES <= width; i += LANES) {
    vec centered = load(x + i) - mean;
    sums += centered * centered;
  }
  float sum = sum_of(sums);
  for (; i < width; i++) {
    sum += (x[i] - mean) * (x[i] - mean);
  }
  return sum;
}

void KERNEL(rms_norm)(const float *x, const float *weight, float epsilon, float *out, int64_t rows,
                      int64_t width) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float inverse = (float)(1 / sqrt(sum_of_squares(x, 0, width) / width + epsilon));
    int64_t i = 0;
    for (; i + LANES <= width; i += LANES) {
      store(out + i, load(x + i) * inverse * load(weight + i));
    }
    for (; i < width; i++) {
      out[i] = x[i] * inverse * weight[i];
    }
  }
}

void KERNEL(layer_norm)(const float *x, const float *weight, const float *bias, float epsilon,
                        float *out, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float mean = sum_row(x, width) / width;
    float inverse = (float)(1 / sqrt(sum_of_squares(x, mean, width) / width + epsilon));
    int64_t i = 0;
    for (; i + LANES <= width; i += LANES) {
      store(out + i, (load(x + i) - mean) * inverse * load(weight + i) + load(bias + i));
    }
    for (; i < width; i++) {
      out[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
    }
  }
}
