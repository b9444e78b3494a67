// What one core can do at most: products held in registers, and a sum over a long buffer.
//
// Enough sums run side by side that none waits for the one before it. The compiler must not see
// that they are all the same, else it would keep one of them: each is hidden from it at the start.

#include <immintrin.h>

#include "level.h"

enum { LANES = 16, SUMS = 24 };

#define EACH(DO) \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) \
  DO(12) DO(13) DO(14) DO(15) DO(16) DO(17) DO(18) DO(19) DO(20) DO(21) DO(22) DO(23)

#define HIDE(sum) __asm__ volatile("" : "+v"(sum))

// Each probe returns how many operations it did; a multiply-add is two. `vectors` has two vectors
// of 64 bytes, and the first is overwritten.

int64_t KERNEL(peak_float32)(int64_t rounds, float *vectors) {
  __m512 x = _mm512_loadu_ps(vectors), y = _mm512_loadu_ps(vectors + LANES);
#define DECLARE(i) \
  __m512 s##i = x; \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i = _mm512_fmadd_ps(x, y, s##i);
    EACH(STEP)
#undef STEP
  }
#define ADD(i) x = _mm512_add_ps(x, s##i);
  EACH(ADD)
#undef ADD
  _mm512_storeu_ps(vectors, x);
  return rounds * SUMS * LANES * 2;
}

int64_t KERNEL(peak_bf16)(int64_t rounds, float *vectors) {
  __m512bh x = (__m512bh)_mm512_loadu_si512(vectors);
  __m512bh y = (__m512bh)_mm512_loadu_si512(vectors + LANES);
#define DECLARE(i) \
  __m512 s##i = _mm512_setzero_ps(); \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i = _mm512_dpbf16_ps(s##i, x, y);
    EACH(STEP)
#undef STEP
  }
  __m512 all = _mm512_setzero_ps();
#define ADD(i) all = _mm512_add_ps(all, s##i);
  EACH(ADD)
#undef ADD
  _mm512_storeu_ps(vectors, all);
  return rounds * SUMS * LANES * 2 * 2;
}

int64_t KERNEL(peak_int8)(int64_t rounds, float *vectors) {
  __m512i x = _mm512_loadu_si512(vectors), y = _mm512_loadu_si512(vectors + LANES);
#define DECLARE(i) \
  __m512i s##i = _mm512_setzero_si512(); \
  HIDE(s##i);
  EACH(DECLARE)
#undef DECLARE
  for (int64_t r = 0; r < rounds; r++) {
#define STEP(i) s##i = _mm512_dpbusd_epi32(s##i, x, y);
    EACH(STEP)
#undef STEP
  }
  __m512i all = _mm512_setzero_si512();
#define ADD(i) all = _mm512_add_epi32(all, s##i);
  EACH(ADD)
#undef ADD
  _mm512_storeu_si512(vectors, all);
  return rounds * SUMS * LANES * 4 * 2;
}

// The sum of whole blocks of 512 bytes as 64-bit integers: an addition costs less than its load.
int64_t KERNEL(peak_read)(const uint8_t *memory, int64_t bytes) {
  __m512i sums[8];
  for (int i = 0; i < 8; i++) {
    sums[i] = _mm512_setzero_si512();
  }
  for (int64_t at = 0; at + 512 <= bytes; at += 512) {
    for (int i = 0; i < 8; i++) {
      sums[i] = _mm512_add_epi64(sums[i], _mm512_loadu_si512(memory + at + 64 * i));
    }
  }
  for (int i = 1; i < 8; i++) {
    sums[0] = _mm512_add_epi64(sums[0], sums[i]);
  }
  return _mm512_reduce_add_epi64(sums[0]);
}
