// Norms and softmax of rows that lie one after the other.

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

// Not NaN, unless all elements are: an element that is NaN makes all results so by itself.
static float highest_of(const float *x, int64_t width) {
  vec most = all(-__builtin_inff());
  int64_t i = 0;
  for (; i + LANES <= width; i += LANES) {
    most = max_of(load(x + i), most);
  }
  float lanes[LANES];
  store(lanes, most);
  float highest = -__builtin_inff();
  for (int lane = 0; lane < LANES; lane++) {
    highest = lanes[lane] > highest ? lanes[lane] : highest;
  }
  for (; i < width; i++) {
    highest = x[i] > highest ? x[i] : highest;
  }
  return highest;
}

// The sum of the exponentials less a shift, which are stored unless out is null. Long rows are summed
// in blocks.
INLINE double exponentials(const float *x, float shift, float *out, int64_t width) {
  enum { BLOCK = 1024 };
  double sum = 0;
  int64_t i = 0;
  while (i + LANES <= width) {
    int64_t end = i + BLOCK < width ? i + BLOCK : width;
    vec sums = {0};
    for (; i + LANES <= end; i += LANES) {
      vec e = exp_of(load(x + i) - shift);
      sums += e;
      if (out) {
        store(out + i, e);
      }
    }
    sum += sum_of(sums);
  }
  if (i < width) {
    float rest[LANES] = {0};
    store_part(rest, exp_of(load_part(x + i, width - i) - shift), width - i);
    sum += sum_of(load(rest));
    if (out) {
      store_part(out + i, load(rest), width - i);
    }
  }
  return sum;
}

void KERNEL(softmax)(const float *x, float *out, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float inverse = (float)(1 / exponentials(x, highest_of(x, width), out, width));
    int64_t i = 0;
    for (; i + LANES <= width; i += LANES) {
      store(out + i, load(out + i) * inverse);
    }
    for (; i < width; i++) {
      out[i] *= inverse;
    }
  }
}

void KERNEL(log_softmax)(const float *x, float *out, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float highest = highest_of(x, width);
    float log_of_sum = (float)log(exponentials(x, highest, 0, width));
    int64_t i = 0;
    for (; i + LANES <= width; i += LANES) {
      store(out + i, load(x + i) - highest - log_of_sum);
    }
    for (; i < width; i++) {
      out[i] = x[i] - highest - log_of_sum;
    }
  }
}
