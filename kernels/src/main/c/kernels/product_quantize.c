// Rows of float32 to int8 with a scale a row: the largest magnitude becomes 127. The scale of a row
// that is not finite is NaN.

#include "product.h"

typedef int8_t bytes __attribute__((vector_size(LANES)));

INLINE int64_t present(int64_t left) { return left < LANES ? left : LANES; }

INLINE vec load_some(const float *x, int64_t count) {
  return count == LANES ? load(x) : load_part(x, count);
}

static float highest_of(const float *x, int64_t count) {
  vec highest = all(0), not_finite = all(0);
  for (int64_t k = 0; k < count; k += LANES) {
    vec v = load_some(x + k, present(count - k));
    highest = max_of(highest, magnitude(v));
    not_finite += v * 0;
  }
  float lanes[LANES], nans[LANES], most = 0, nan = 0;
  store(lanes, highest);
  store(nans, not_finite);
  for (int i = 0; i < LANES; i++) {
    most = lanes[i] > most ? lanes[i] : most;
    nan += nans[i];
  }
  return most + nan;
}

static void quantize(const float *x, float scale, int8_t *to, int64_t depth) {
  const vec rounder = all(12582912.f), divisor = all(scale > 0 ? scale : 1);
  for (int64_t k = 0; k < depth; k += LANES) {
    int64_t count = present(depth - k);
    vec v = load_some(x + k, count) / divisor;
    v = min_of(max_of(v, all(-127)), all(127)) + rounder;
    bytes whole = __builtin_convertvector((ivec)v - (ivec)rounder, bytes);
    memcpy(to + k, &whole, count);
  }
}

void KERNEL(product_quantize)(const float *x, int8_t *to, float *scales, int64_t from, int64_t end,
                              int64_t depth) {
  for (int64_t row = from; row < end; row++) {
    scales[row] = highest_of(x + row * depth, depth) / 127;
    quantize(x + row * depth, scales[row], to + row * depth, depth);
  }
}
