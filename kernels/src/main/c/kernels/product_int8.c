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
//   part              of four weights of each of LANES channels, one of INT8_WORDS
//   part_of(words, i)
//   word              of activations, in all lanes
//   sum               of a row and LANES channels, in SUM_VECTORS vectors
//   add(sum, part, word)
//   total(sum)        as int32

#if defined(__x86_64__)

// vpmaddubsw would saturate: 255 * 127 * 2 is beyond int16. So bytes become int16, those at even
// places are a part and those at odd ones the other, and vpmaddwd adds two products in int32.
typedef int16_t part __attribute__((vector_size(VECTOR_BYTES)));
typedef ivec word;
typedef ivec sum;
enum { SUM_VECTORS = 1 };

INLINE part part_of(ivec words, const int i) {
  return i ? (part)words >> 8 : (part)words << 8 >> 8;
}

INLINE word broadcast(uint32_t x) { return (ivec){0} + (int32_t)x; }

// The compiler must not see that sums are sums: it would add products of both parts first and have
// no registers for them.
INLINE sum add(sum s, part w, word x) {
#if defined(__AVX512F__)
  s += (ivec)_mm512_madd_epi16((__m512i)w, (__m512i)x);
#else
  s += (ivec)_mm256_madd_epi16((__m256i)w, (__m256i)x);
#endif
  __asm__("" : "+v"(s));
  return s;
}

INLINE ivec total(sum s) { return s; }

#else

typedef int8x16_t part;
typedef int8x16_t word;

INLINE part part_of(ivec words, const int i) {
  (void)i;
  return (int8x16_t)words;
}

INLINE word broadcast(uint32_t x) { return (int8x16_t)vdupq_n_u32(x); }

#if defined(__ARM_FEATURE_DOTPROD)

typedef int32x4_t sum;
enum { SUM_VECTORS = 1 };

INLINE sum add(sum s, part w, word x) { return vdotq_s32(s, w, x); }

INLINE ivec total(sum s) { return (ivec)s; }

#else

// Two channels in each half of a vector of products, whose neighbours meet in int32.
typedef struct {
  int32x4_t low, high;
} sum;
enum { SUM_VECTORS = 2 };

INLINE sum add(sum s, part w, word x) {
  s.low = vpadalq_s16(s.low, vmull_s8(vget_low_s8(w), vget_low_s8(x)));
  s.high = vpadalq_s16(s.high, vmull_s8(vget_high_s8(w), vget_low_s8(x)));
  return s;
}

INLINE ivec total(sum s) { return (ivec)vpaddq_s32(s.low, s.high); }

#endif
#endif

INLINE void tile(const struct tile *t, const int rows, const int vectors, int64_t column) {
  const uint32_t *x = t->x;
  const uint8_t *strip = t->strip + column * 4;
  int32_t *to = (int32_t *)t->sums + column;
  sum sums[MOST_ROWS][PANEL / LANES];
  const sum zero = {0};
  ROWS VECTORS { sums[i][v] = zero; }
  for (int64_t k = 0; k < t->words; k += INT8_WORDS, strip += STEP_BYTES) {
    if (rows <= FEW_ROWS) {
      ask_ahead(strip);
      ask_ahead(strip + 64);
    }
#pragma GCC unroll 2
    for (int j = 0; j < INT8_WORDS; j++, x += rows) {
      part w[PANEL / LANES];
      VECTORS {
        ivec words;
        memcpy(&words, strip + v * VECTOR_BYTES, sizeof words);
        w[v] = part_of(words, j);
      }
      ROWS {
        word y = broadcast(x[i]);
        VECTORS { sums[i][v] = add(sums[i][v], w[v], y); }
      }
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
