// bf16, int8 and int4 weights with wider activations: turned into float32, in registers for a few
// rows, in the first-level cache for more.

#include "level.h"

#if !defined(__AVX512BF16__)

#include "product_float32.h"

#define ROWS _Pragma("GCC unroll 4") for (int i = 0; i < rows; i++)
#define VECTORS _Pragma("GCC unroll 8") for (int v = 0; v < vectors; v++)

typedef uint32_t uvec __attribute__((vector_size(VECTOR_BYTES)));

INLINE ivec load_words(const uint8_t *at) {
  ivec v;
  memcpy(&v, at, sizeof v);
  return v;
}

// Weights from memory; a line holds 16 channels.
INLINE ivec load_ahead(const uint8_t *at, const int v) {
  if (v * LANES % 16 == 0) {
    ask_ahead(at);
  }
  return load_words(at);
}

INLINE int elements_of(const enum format format) { return format == BFLOAT16 ? 2 : 4; }

// The j-th element of every channel's word.
INLINE vec element(const enum format format, ivec words, const int j) {
  if (format == BFLOAT16) {
    return (vec)(j ? (uvec)words & 0xffff0000u : (uvec)words << 16);
  }
  return __builtin_convertvector((ivec)((uvec)words << (24 - 8 * j)) >> 24, vec);
}

INLINE void direct(const enum format format, const struct tile *t, const int rows,
                   const int vectors, int64_t column) {
  const float *x = (const float *)t->x;
  const uint8_t *strip = t->strip + column * 4;
  float *to = t->sums + column;
  const int elements = elements_of(format);
  vec sums[FEW_ROWS][PANEL / LANES];
  ROWS VECTORS { sums[i][v] = t->begins ? all(0) : load(to + i * PANEL + v * LANES); }
  for (int64_t k = 0; k < t->words; k += elements, strip += STEP_BYTES, x += elements * rows) {
    VECTORS {
      ivec words = load_ahead(strip + v * VECTOR_BYTES, v);
#pragma GCC unroll 4
      for (int j = 0; j < elements; j++) {
        vec w = element(format, words, j);
        ROWS { sums[i][v] += w * all(x[j * rows + i]); }
      }
    }
  }
  ROWS VECTORS { store(to + i * PANEL + v * LANES, sums[i][v]); }
}

// int4 without shifts: with an offset of 8, place j of a word is 16^j times its number, which the
// activations undo, as they are multiplied with 16^-j. The last place has its sign. What the offset
// adds is in the word in front of a group's activations.
INLINE vec place(ivec words, const int j) {
  ivec mask = (ivec){0} + (int32_t)(15u << 4 * j);
  return __builtin_convertvector(words & mask, vec);
}

INLINE ivec with_offset(ivec words) { return words ^ 0x08888888; }

INLINE vec scales_at(const uint8_t *at) {
  typedef uint16_t halves __attribute__((vector_size(VECTOR_BYTES / 2)));
  halves bf16;
  memcpy(&bf16, at, sizeof bf16);
  return (vec)(__builtin_convertvector(bf16, uvec) << 16);
}

// One row takes two sums for each vector, so that two instructions overlap.
INLINE void add_group(const uint8_t *group, const float *x, float *to, const int begins,
                      const int rows, const int vectors, int64_t column) {
  const int chains = rows == 1 ? 2 : 1;
  const uint8_t *quads = group + GROUP_SCALES + column * 4;
  vec sums[FEW_ROWS][PANEL / LANES][2];
  ROWS VECTORS {
    sums[i][v][0] = all(x[i]);
    sums[i][v][1] = all(0);
  }
  x += rows;
#pragma GCC unroll 4
  for (int s = 0; s < 4; s++, quads += STEP_BYTES, x += 8 * rows) {
    VECTORS {
      ivec words = with_offset(load_ahead(quads + v * VECTOR_BYTES, v));
#pragma GCC unroll 8
      for (int j = 0; j < 8; j++) {
        vec w = place(words, j);
        ROWS { sums[i][v][j % chains] += w * all(x[j * rows + i]); }
      }
    }
  }
  ROWS VECTORS {
    float *at = to + i * PANEL + column + v * LANES;
    vec sum = sums[i][v][0] + sums[i][v][1];
    vec scales = scales_at(group + (column + v * LANES) * 2);
    store(at, sum * scales + (begins ? all(0) : load(at)));
  }
}

INLINE void direct_int4(const struct tile *t, const int rows, const int vectors, int64_t column) {
  const uint8_t *group = t->strip;
  const float *x = (const float *)t->x;
  for (int64_t k = 0; k < t->words; k += GROUP_WORDS) {
    ask_ahead(group);
    add_group(group, x, t->sums, t->begins && k == 0, rows, vectors, column);
    group += GROUP_BYTES;
    x += GROUP_WORDS * rows;
  }
}

// A panel at once, or in halves where its sums are too many for the registers.
#define RUN(rows, DIRECT) \
  if (rows <= WIDE_ROWS) { \
    DIRECT(rows, PANEL / LANES, 0); \
  } else { \
    DIRECT(rows, PANEL / LANES / 2, 0); \
    DIRECT(rows, PANEL / LANES / 2, PANEL / 2); \
  }

void INTERNAL(product_direct_bf16)(const struct tile *t, int64_t rows) {
#define DIRECT(n, vectors, column) direct(BFLOAT16, t, n, vectors, column)
#define CALL(n) RUN(n, DIRECT)
  FOR_FEW_ROWS(rows, CALL)
#undef DIRECT
}

void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows) {
#define DIRECT(n, vectors, column) direct(INT8, t, n, vectors, column)
  FOR_FEW_ROWS(rows, CALL)
#undef DIRECT
}

void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows) {
#define DIRECT(n, vectors, column) direct_int4(t, n, vectors, column)
  FOR_FEW_ROWS(rows, CALL)
#undef DIRECT
#undef CALL
}

INLINE void widen(const enum format format, const uint8_t *strip, int64_t count, float *to) {
  const int elements = elements_of(format), vectors = PANEL / LANES;
  for (int64_t k = 0; k < count; k += elements, strip += STEP_BYTES, to += elements * PANEL) {
    VECTORS {
      ivec words = load_ahead(strip + v * VECTOR_BYTES, v);
#pragma GCC unroll 4
      for (int j = 0; j < elements; j++) {
        store(to + j * PANEL + v * LANES, element(format, words, j));
      }
    }
  }
}

void INTERNAL(product_widen_bf16)(const uint8_t *strip, int64_t count, float *to) {
  widen(BFLOAT16, strip, count, to);
}

void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, float *to) {
  widen(INT8, strip, count, to);
}

// Place j of a word holds element 2j of its eight, from place 4 on element 2j - 7.
INLINE int element_at(const int j) { return j < 4 ? 2 * j : 2 * j - 7; }

INLINE void widen_group(const uint8_t *group, float *to, const int v) {
  vec scales = scales_at(group + v * LANES * 2);
#pragma GCC unroll 4
  for (int s = 0; s < 4; s++) {
    uvec words = (uvec)load_ahead(group + GROUP_SCALES + s * STEP_BYTES + v * VECTOR_BYTES, v);
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) {
      vec whole = __builtin_convertvector((ivec)(words << (28 - 4 * j)) >> 28, vec);
      store(to + (s * 8 + element_at(j)) * PANEL + v * LANES, whole * scales);
    }
  }
}

void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, float *to) {
  for (int64_t k = 0; k < count; k += GROUP, strip += GROUP_BYTES, to += GROUP * PANEL) {
    for (int v = 0; v < PANEL / LANES; v++) {
      widen_group(strip, to, v);
    }
  }
}

#endif
