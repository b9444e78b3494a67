// The prefill of bf16. Where there is vdpbf16ps, products take two bf16 at once and weights are
// rounded to bf16; elsewhere a tile is brought to float32. Everything between is float32. Where there is
// AMX, see prefill_tiled.c.

#if !defined(__AMX_BF16__)

#if defined(__AVX512BF16__)

#include "vector.h"

enum { UNIT = 2 };
typedef uint32_t unit;
typedef ivec units;

INLINE units load_units(const unit *x) {
  units u;
  memcpy(&u, x, sizeof u);
  return u;
}

INLINE void store_units(unit *x, units u) { memcpy(x, &u, sizeof u); }

INLINE units all_units(unit x) { return (units)_mm512_set1_epi32((int32_t)x); }

INLINE vec dot(vec sum, units a, units b) {
  return (vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

INLINE units weights_of(vec first, vec second) {
  __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)first));
  __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)second));
  return (units)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

#else
#include "float_unit.h"
#endif

typedef uint16_t element;

#include "prefill_tile.h"

#if defined(__AVX512BF16__)

static void copy_units(unit *to, const element *from, int64_t width, int64_t steps) {
  to[steps - 1] = 0;
  memcpy(to, from, width * sizeof(element));
}

static int64_t lay_out_values(const struct prefill_job *job, struct block *block) {
  (void)job;
  block->value_stride = COLUMNS;
  block->strip_stride = TILE_UNITS * COLUMNS;
  block->last_vectors = VECTORS_AT_ONCE;  // unpack spreads columns over both
  return block->strips * block->strip_stride;
}

// Values of two keys side by side, in the order that unpack gives.
static void bring_values(const struct prefill_job *job, struct work *w, const element *value,
                         int count) {
  for (int t = 0; t < count; t += 2) {
    const element *a = value + t * job->value_token;
    const element *b = a + job->value_token;
    unit *to = w->values + t / 2 * COLUMNS;
    for (int64_t strip = 0; strip < w->block.strips; strip++) {
      int64_t left = job->value_width - strip * COLUMNS;
      __mmask32 mask = left >= COLUMNS ? 0xffffffffu : (1u << left) - 1;
      __m512i x = _mm512_maskz_loadu_epi16(mask, a + strip * COLUMNS);
      __m512i y = _mm512_maskz_loadu_epi16(t + 1 < count ? mask : 0, b + strip * COLUMNS);
      _mm512_store_si512(to, _mm512_unpacklo_epi16(x, y));
      _mm512_store_si512(to + LANES, _mm512_unpackhi_epi16(x, y));
      to += w->block.strip_stride;
    }
  }
}

// Undoes the order of unpack: of 8 columns, the first vector has 4 and the second the others.
static void order_columns(float *strip) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second =
      _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  __m512 a = _mm512_loadu_ps(strip), b = _mm512_loadu_ps(strip + LANES);
  _mm512_storeu_ps(strip, _mm512_permutex2var_ps(a, first, b));
  _mm512_storeu_ps(strip + LANES, _mm512_permutex2var_ps(a, second, b));
}

#else

#include "prefill_float.h"

static void copy_units(unit *to, const element *from, int64_t width, int64_t steps) {
  (void)steps;
  widen_bf16(to, (const uint8_t *)from, width);
}

#endif

int64_t KERNEL(prefill_bf16_work)(const struct prefill_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// As prefill_float32.
void KERNEL(prefill_bf16)(const struct prefill_job *job, const uint16_t *query,
                          const uint16_t *key, const uint16_t *value, uint8_t *memory, void *out,
                          float *lse) {
  prefill(job, query, key, value, memory, out, lse);
}

#endif
