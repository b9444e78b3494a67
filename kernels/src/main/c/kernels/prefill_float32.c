// The prefill of float32, with fused multiply-adds.

#if defined(__AVX512BF16__)

#include <stdint.h>

enum { UNIT = 1 };
typedef float element;

#include "prefill_tile.h"

static inline __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_fmadd_ps((__m512)a, (__m512)b, sum);
}

static inline __m512i weights_of(__m512 first, __m512 second) {
  (void)second;
  return (__m512i)first;
}

// Values in blocks of columns.
static void interleave(const struct prefill_job *job, struct work *w, const element *value,
                       int count) {
  for (int t = 0; t < count; t++) {
    const element *from = value + t * job->value_token;
    uint32_t *to = w->values + t * COLUMNS;
    for (int64_t strip = 0; strip < w->strips; strip++) {
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      const element *at = from + strip * COLUMNS;
      _mm512_store_ps(to, _mm512_maskz_loadu_ps((__mmask16)mask, at));
      _mm512_store_ps(to + LANES, _mm512_maskz_loadu_ps((__mmask16)(mask >> 16), at + LANES));
      to += TILE_UNITS * COLUMNS;
    }
  }
}

static inline void in_order(__m512 *a, __m512 *b) {
  (void)a;
  (void)b;
}

int64_t KERNEL(prefill_float32_work)(const struct prefill_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As prefill_bf16.
void KERNEL(prefill_float32)(const struct prefill_job *job, const float *query, const float *key,
                             const float *value, uint8_t *memory, void *out, float *lse) {
  prefill(job, query, key, value, memory, out, lse);
}

#endif
