// The prefill of bf16: products with vdpbf16ps, weights rounded to bf16, everything between in
// float32.

#if defined(__AVX512BF16__)

#include <stdint.h>

enum { UNIT = 2 };
typedef uint16_t element;

#include "prefill_tile.h"

static inline __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

static inline __m512i weights_of(__m512 first, __m512 second) {
  __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(first));
  __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(second));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

// Values of two keys side by side, in the order that unpack gives.
static void interleave(const struct prefill_job *job, struct work *w, const element *value,
                       int count) {
  for (int t = 0; t < count; t += 2) {
    const element *a = value + t * job->value_token;
    const element *b = a + job->value_token;
    uint32_t *to = w->values + t / 2 * COLUMNS;
    for (int64_t strip = 0; strip < w->strips; strip++) {
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      __m512i x = _mm512_maskz_loadu_epi16(mask, a + strip * COLUMNS);
      __m512i y = _mm512_maskz_loadu_epi16(t + 1 < count ? mask : 0, b + strip * COLUMNS);
      _mm512_store_si512(to, _mm512_unpacklo_epi16(x, y));
      _mm512_store_si512(to + LANES, _mm512_unpackhi_epi16(x, y));
      to += TILE_UNITS * COLUMNS;
    }
  }
}

// Undoes the order of unpack: of 8 columns, the first vector has 4 and the second the others.
static inline void in_order(__m512 *a, __m512 *b) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second =
      _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  __m512 x = _mm512_permutex2var_ps(*a, first, *b);
  *b = _mm512_permutex2var_ps(*a, second, *b);
  *a = x;
}

int64_t KERNEL(prefill_bf16_work)(const struct prefill_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Writes the attention of the block's queries and its log-sum-exps.
//
// query, key, value, out, lse   where the first token of the block, or of the keys, has its head
// memory                        prefill_bf16_work bytes, 64-byte aligned
void KERNEL(prefill_bf16)(const struct prefill_job *job, const uint16_t *query,
                          const uint16_t *key, const uint16_t *value, uint8_t *memory, void *out,
                          float *lse) {
  prefill(job, query, key, value, memory, out, lse);
}

#endif
