// Few rows of activations times bf16 weights that lie row by row: one sum a channel, whose weights
// are read as memory has them, one stream.

#include "product.h"

#if defined(__AVX512BF16__)

#include "product_bf16.h"

typedef uint32_t word;  // of activations: two bf16
enum { VECTOR_ELEMENTS = 32, WORD_ELEMENTS = 2 };

INLINE vec times(vec sum, const uint8_t *weights, const word *x, int64_t left) {
  __m512i w = left >= VECTOR_ELEMENTS
                  ? _mm512_loadu_si512(weights)
                  : _mm512_maskz_loadu_epi16((__mmask32)((1u << left) - 1), weights);
  return (vec)dot((__m512)sum, w, _mm512_loadu_si512(x));
}

#else

#include "product_float32.h"

typedef float word;
enum { VECTOR_ELEMENTS = LANES, WORD_ELEMENTS = 1 };

INLINE vec times(vec sum, const uint8_t *weights, const word *x, int64_t left) {
  typedef uint32_t uvec __attribute__((vector_size(VECTOR_BYTES)));
  typedef uint16_t halves __attribute__((vector_size(VECTOR_BYTES / 2)));
  halves w = {0};
  if (left >= LANES) {
    memcpy(&w, weights, sizeof w);
  } else {
    memcpy(&w, weights, left * 2);
  }
  return sum + (vec)(__builtin_convertvector(w, uvec) << 16) * load(x);
}

#endif

#define ROWS _Pragma("GCC unroll 4") for (int i = 0; i < rows; i++)
#define CHAINS _Pragma("GCC unroll 4") for (int j = 0; j < chains; j++)

// One row takes several sums, so that instructions overlap.
INLINE void channel(const struct tile *t, const uint8_t *w, float *to, const int rows) {
  const int chains = rows == 1 ? 4 : rows == 2 ? 2 : 1;
  const int64_t step = chains * VECTOR_ELEMENTS, whole = t->elements / step * step;
  const word *x = (const word *)t->x;
  vec sums[FEW_ROWS][4];
  ROWS CHAINS { sums[i][j] = all(0); }
  int64_t k = 0;
  for (; k < whole; k += step) {
    CHAINS {
      const int64_t at = k + j * VECTOR_ELEMENTS;
      if (at * 2 % 64 == 0) {
        ask_ahead(w + at * 2);
      }
      ROWS {
        const word *y = x + i * t->stride + at / WORD_ELEMENTS;
        sums[i][j] = times(sums[i][j], w + at * 2, y, VECTOR_ELEMENTS);
      }
    }
  }
  for (; k < t->elements; k += VECTOR_ELEMENTS) {
    ROWS {
      const word *y = x + i * t->stride + k / WORD_ELEMENTS;
      sums[i][0] = times(sums[i][0], w + k * 2, y, t->elements - k);
    }
  }
  ROWS {
    vec sum = sums[i][0];
    for (int j = 1; j < chains; j++) {
      sum += sums[i][j];
    }
    to[i * PANEL] = sum_of(sum) + (t->begins ? 0 : to[i * PANEL]);
  }
}

INLINE void channels(const struct tile *t, const int rows) {
  const uint8_t *w = t->strip;
  for (int64_t c = 0; c < t->channels; c++, w += t->row_bytes) {
    channel(t, w, t->sums + c, rows);
  }
}

void INTERNAL(product_direct_rows)(const struct tile *t, int64_t rows) {
#define CALL(n) channels(t, n)
  FOR_FEW_ROWS(rows, CALL)
#undef CALL
}
