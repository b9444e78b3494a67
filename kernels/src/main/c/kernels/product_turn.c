// Rows of weights, as files have them, turned into the steps of a panel: a step holds for every
// channel the next four bytes of its row, zeros behind the last one.

#include "product.h"

#if defined(__AVX512F__)

#include "transpose.h"

INLINE __m512i line_of(const uint8_t *at, int64_t left) {
  return left >= 64 ? _mm512_loadu_si512(at)
                    : _mm512_maskz_loadu_epi8((1ull << left) - 1, at);
}

// 16 channels, of which the last may be missing.
static void turn_some(const uint8_t *rows, int64_t row_bytes, int64_t channels, int64_t bytes,
                      uint8_t *to) {
  for (int64_t done = 0; done < bytes; done += 64, to += LANES * STEP_BYTES) {
    int64_t left = bytes - done, steps = left < 64 ? ceil_div(left, 4) : LANES;
    __m512i v[LANES];
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      v[i] = i < channels ? line_of(rows + i * row_bytes + done, left) : _mm512_setzero_si512();
    }
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
      if (column_of(i) < steps) {
        _mm512_store_si512(to + column_of(i) * STEP_BYTES, v[i]);
      }
    }
  }
}

enum { TURNED = 16 };

#else

typedef uint32_t quad __attribute__((vector_size(16)));

INLINE quad quad_of(const uint8_t *at, int64_t left) {
  quad v = {0};
  if (left >= 16) {
    memcpy(&v, at, 16);
  } else {
    memcpy(&v, at, left);
  }
  return v;
}

// Four channels, of which the last may be missing.
static void turn_some(const uint8_t *rows, int64_t row_bytes, int64_t channels, int64_t bytes,
                      uint8_t *to) {
  for (int64_t done = 0; done < bytes; done += 16, to += 4 * STEP_BYTES) {
    int64_t left = bytes - done;
    quad v[4];
    for (int i = 0; i < 4; i++) {
      v[i] = i < channels ? quad_of(rows + i * row_bytes + done, left) : (quad){0};
    }
    quad ab0 = __builtin_shuffle(v[0], v[1], (quad){0, 4, 1, 5});
    quad ab1 = __builtin_shuffle(v[0], v[1], (quad){2, 6, 3, 7});
    quad cd0 = __builtin_shuffle(v[2], v[3], (quad){0, 4, 1, 5});
    quad cd1 = __builtin_shuffle(v[2], v[3], (quad){2, 6, 3, 7});
    quad turned[4] = {__builtin_shuffle(ab0, cd0, (quad){0, 1, 4, 5}),
                      __builtin_shuffle(ab0, cd0, (quad){2, 3, 6, 7}),
                      __builtin_shuffle(ab1, cd1, (quad){0, 1, 4, 5}),
                      __builtin_shuffle(ab1, cd1, (quad){2, 3, 6, 7})};
    for (int i = 0; i < 4 && 4 * i < left; i++) {
      memcpy(to + i * STEP_BYTES, &turned[i], 16);
    }
  }
}

enum { TURNED = 4 };

#endif

void KERNEL(product_turn)(const uint8_t *rows, int64_t row_bytes, int64_t channels, int64_t bytes,
                          uint8_t *to) {
  for (int64_t first = 0; first < PANEL; first += TURNED) {
    turn_some(rows + first * row_bytes, row_bytes, channels - first, bytes, to + first * 4);
  }
}
