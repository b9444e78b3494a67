// Few rows of activations times bf16 weights that lie row by row: one sum a channel, whose weights
// are read as memory has them.

#include "product.h"

// Sums in registers, and channels side by side.
#if VECTOR_BYTES == 64
enum { SUMS = 16, MOST_CHANNELS = 8 };
#else
enum { SUMS = 8, MOST_CHANNELS = 8 };
#endif

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
#define CHANNELS _Pragma("GCC unroll 8") for (int j = 0; j < some; j++)

// Adds the products of a vector of elements from k on, of which there are `left`.
INLINE void add_products(const struct tile *t, const uint8_t *w, int64_t k, int64_t left, const int rows,
                         const int some, vec sums[FEW_ROWS][MOST_CHANNELS]) {
  const word *y = (const word *)t->x + k / WORD_ELEMENTS;
  CHANNELS ROWS {
    const uint8_t *at = w + j * t->row_bytes + k * 2;
    sums[i][j] = times(sums[i][j], at, y + i * t->stride, left);
  }
}

// Channels side by side: as many streams keep more of the memory busy than one that is asked for ahead,
// and their sums do not wait for each other.
INLINE void some_channels(const struct tile *t, const uint8_t *w, float *to, const int rows,
                          const int some) {
  const int64_t whole = t->elements / VECTOR_ELEMENTS * VECTOR_ELEMENTS;
  vec sums[FEW_ROWS][MOST_CHANNELS];
  ROWS CHANNELS { sums[i][j] = all(0); }
  for (int64_t k = 0; k < whole; k += VECTOR_ELEMENTS) {
    add_products(t, w, k, VECTOR_ELEMENTS, rows, some, sums);
  }
  if (whole < t->elements) {
    add_products(t, w, whole, t->elements - whole, rows, some, sums);
  }
  ROWS CHANNELS {
    float *sum = to + i * PANEL + j;
    *sum = sum_of(sums[i][j]) + (t->begins ? 0 : *sum);
  }
}

// As many as have their sums in registers.
INLINE void channels(const struct tile *t, const int rows) {
  const int some = rows == 1 ? MOST_CHANNELS : SUMS / (rows == 2 ? 2 : 4);
  const uint8_t *w = t->strip;
  int64_t c = 0;
  for (; c + some <= t->channels; c += some, w += some * t->row_bytes) {
    some_channels(t, w, t->sums + c, rows, some);
  }
  for (; c < t->channels; c++, w += t->row_bytes) {
    some_channels(t, w, t->sums + c, rows, 1);
  }
}

void INTERNAL(product_direct_rows)(const struct tile *t, int64_t rows) {
#define CALL(n) channels(t, n)
  FOR_FEW_ROWS(rows, CALL)
#undef CALL
}
