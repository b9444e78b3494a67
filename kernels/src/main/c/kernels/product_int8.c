// int8 times int8, without VNNI: each level's best instruction for signed bytes.

#include "level.h"

#if !defined(__AVX512BF16__)

#include "product_float32.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#define ROWS _Pragma("GCC unroll 12") for (int i = 0; i < rows; i++)
#define VECTORS _Pragma("GCC unroll 8") for (int v = 0; v < vectors; v++)

// A level defines
//   quads             four weights of each of LANES channels
//   sum               of a row and LANES channels
//   SUM_VECTORS       vectors of a sum
//   quads_of(words)   weights from their words
//   add(sum, q, x)    the sum, and four weights times the INT8_WORDS words at x, rows apart
//   total(sum)        the sum as int32

#if defined(__x86_64__)

// vpmaddubsw would saturate: 255 * 127 * 2 is beyond int16. So bytes become int16, those at even
// and at odd places apart, and vpmaddwd adds two products in int32.
typedef int16_t shorts __attribute__((vector_size(VECTOR_BYTES)));
typedef struct {
  shorts even, odd;
} quads;
typedef ivec sum;
enum { SUM_VECTORS = 1 };

INLINE quads quads_of(ivec words) {
  return (quads){(shorts)words << 8 >> 8, (shorts)words >> 8};
}

INLINE ivec products(shorts a, ivec b) {
#if defined(__AVX512F__)
  return (ivec)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#else
  return (ivec)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#endif
}

INLINE ivec broadcast(uint32_t word) { return (ivec){0} + (int32_t)word; }

INLINE sum add(sum s, quads q, const uint32_t *x, const int rows) {
  s += products(q.even, broadcast(x[0]));
  return s + products(q.odd, broadcast(x[rows]));
}

INLINE ivec total(sum s) { return s; }

#elif defined(__ARM_FEATURE_DOTPROD)

typedef int8x16_t quads;
typedef ivec sum;
enum { SUM_VECTORS = 1 };

INLINE quads quads_of(ivec words) { return (int8x16_t)words; }

INLINE sum add(sum s, quads q, const uint32_t *x, const int rows) {
  (void)rows;
  return (ivec)vdotq_s32((int32x4_t)s, q, (int8x16_t)vdupq_n_u32(*x));
}

INLINE ivec total(sum s) { return s; }

#else

// Two channels in each half of a vector of products, whose neighbours meet in int32.
typedef int8x16_t quads;
typedef struct {
  int32x4_t low, high;
} sum;
enum { SUM_VECTORS = 2 };

INLINE quads quads_of(ivec words) { return (int8x16_t)words; }

INLINE sum add(sum s, quads q, const uint32_t *x, const int rows) {
  (void)rows;
  int8x8_t y = (int8x8_t)vdup_n_u32(*x);
  s.low = vpadalq_s16(s.low, vmull_s8(vget_low_s8(q), y));
  s.high = vpadalq_s16(s.high, vmull_s8(vget_high_s8(q), y));
  return s;
}

INLINE ivec total(sum s) { return (ivec)vpaddq_s32(s.low, s.high); }

#endif

INLINE void tile(const struct tile *t, const int rows, const int vectors, int64_t column) {
  const uint32_t *x = t->x;
  const uint8_t *strip = t->strip + column * 4;
  int32_t *to = (int32_t *)t->sums + column;
  sum sums[MOST_ROWS][PANEL / LANES];
  const sum zero = {0};
  ROWS VECTORS { sums[i][v] = zero; }
  for (int64_t k = 0; k < t->words; k += INT8_WORDS, strip += STEP_BYTES, x += INT8_WORDS * rows) {
    VECTORS {
      ivec words;
      memcpy(&words, strip + v * VECTOR_BYTES, sizeof words);
      if (rows <= FEW_ROWS && v * LANES % 16 == 0) {
        __builtin_prefetch(strip + v * VECTOR_BYTES + AHEAD);
      }
      quads q = quads_of(words);
      ROWS { sums[i][v] = add(sums[i][v], q, x + i, rows); }
    }
  }
  ROWS VECTORS {
    ivec all = total(sums[i][v]), before = {0};
    int32_t *at = to + i * PANEL + v * LANES;
    if (!t->begins) {
      memcpy(&before, at, sizeof before);
    }
    all += before;
    memcpy(at, &all, sizeof all);
  }
}

INLINE void tiles(const struct tile *t, const int rows) {
  const int vectors = PANEL / LANES / SUM_VECTORS / (rows <= WIDE_ROWS ? 1 : 2);
  for (int64_t column = 0; column < PANEL; column += vectors * LANES) {
    tile(t, rows, vectors, column);
  }
}

void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows) {
#define CALL(n) tiles(t, n)
  FOR_ROWS(rows, CALL)
#undef CALL
}

#endif
