// The family of products for AVX-512-BF16 and VNNI.

#ifndef MLA4J_PRODUCT_BF16_H
#define MLA4J_PRODUCT_BF16_H

#include "product.h"

INLINE __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

INLINE __m512i load_ahead(const uint8_t *at) {
  ask_ahead(at);
  return _mm512_load_si512(at);
}

// Scales of half a panel's channels for a group of int4 weights.
INLINE __m512 scales_of(const uint8_t *group, const int half) {
  __m256i bf16 = _mm256_load_si256((const __m256i *)(group + half * 32));
  return (__m512)_mm512_slli_epi32(_mm512_cvtepu16_epi32(bf16), 16);
}

// int8 or int4 weights that meet wider activations.
INLINE int is_narrow(const struct product_job *job) {
  return job->format == INT4 || (job->format == INT8 && !is_whole(job));
}

// With one row their activations are in fixed point; see fixed_group.h.
INLINE int is_fixed(const struct product_job *job) { return is_narrow(job) && rows_of(job) == 1; }

// What makes weights unsigned there.
enum { INT8_OFFSET = 128, INT4_OFFSET = 8 };

void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_bf16)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows);
void INTERNAL(product_fixed_int8)(const struct tile *t);
void INTERNAL(product_fixed_int4)(const struct tile *t);
void INTERNAL(product_tiled_bf16)(const struct tile *t, int64_t rows);
void INTERNAL(product_tiled_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_tiled_split)(const struct tile *t, int64_t rows);
void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, uint8_t *to);
void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, uint8_t *to);

#endif
