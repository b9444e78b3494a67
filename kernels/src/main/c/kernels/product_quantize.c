// Rows of float32 to int8 with a scale a row: the largest magnitude becomes 127.

#if defined(__AVX512BF16__)

#include "product.h"

static float highest_of(const float *x, int64_t count) {
  __m512 highest = _mm512_setzero_ps();
  for (int64_t k = 0; k < count; k += LANES) {
    __mmask16 mask = count - k >= LANES ? 0xffff : (__mmask16)((1u << (count - k)) - 1);
    highest = _mm512_max_ps(highest, _mm512_abs_ps(_mm512_maskz_loadu_ps(mask, x + k)));
  }
  return _mm512_reduce_max_ps(highest);
}

void KERNEL(product_quantize)(const float *x, int8_t *to, float *scales, int64_t from, int64_t end,
                              int64_t depth) {
  for (int64_t row = from; row < end; row++) {
    const float *values = x + row * depth;
    float scale = highest_of(values, depth) / 127;
    __m512 divisor = _mm512_set1_ps(scale > 0 ? scale : 1);
    for (int64_t k = 0; k < depth; k += LANES) {
      __mmask16 mask = depth - k >= LANES ? 0xffff : (__mmask16)((1u << (depth - k)) - 1);
      __m512 v = _mm512_div_ps(_mm512_maskz_loadu_ps(mask, values + k), divisor);
      _mm512_mask_cvtsepi32_storeu_epi8(to + row * depth + k, mask, _mm512_cvtps_epi32(v));
    }
    scales[row] = scale;
  }
}

#endif
