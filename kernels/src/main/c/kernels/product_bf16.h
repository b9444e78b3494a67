// The family of products for AVX-512-BF16 and VNNI.

#ifndef MLA4J_PRODUCT_BF16_H
#define MLA4J_PRODUCT_BF16_H

#include "product.h"

INLINE __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_bf16)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows);
void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, uint8_t *to);
void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, uint8_t *to);

#endif
