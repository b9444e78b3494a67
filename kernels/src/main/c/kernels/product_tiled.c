// Tiles of up to 32 rows and 32 channels in AMX. A step of 16 words along K loads two tiles of
// activations and two of weights, which lie in panels as the unit wants its second operand, and
// multiplies each with each. What tiles hold is set once a call, as that takes longer than a product:
// all have 16 rows, and memory has room for those that a product has not.

#if defined(__AMX_BF16__)

#include "product_tiled.h"

// Weights of 16 words; where the pass ends earlier, with zeros behind.
INLINE const uint8_t *whole_step(const struct tile *t, int64_t word, uint8_t *rest) {
  const uint8_t *strip = t->strip + word * STEP_BYTES;
  int64_t left = t->words - word;
  if (left >= TILED_WORDS) {
    return strip;
  }
  memset(rest, 0, TILED_WORDS * STEP_BYTES);
  memcpy(rest, strip, left * STEP_BYTES);
  __asm__ volatile("" : "+r"(rest)::"memory");
  return rest;
}

#define TILED(NAME, MULTIPLY) \
  INLINE void NAME(const struct tile *t, const int more) { \
    const int64_t x_bytes = t->stride * 4, words = t->words; \
    const uint32_t *x = t->x, *x_below = x + TILE_ROWS * t->stride; \
    uint8_t rest[TILED_WORDS * STEP_BYTES] __attribute__((aligned(64))); \
    begin_sums(t, more); \
    for (int64_t w = 0; w < words; w += TILED_WORDS) { \
      const uint8_t *strip = whole_step(t, w, rest); \
      ask_for_next(t, w / TILED_WORDS); \
      LOAD_TILE(4, x + w, x_bytes); \
      LOAD_TILE(6, strip, STEP_BYTES); \
      LOAD_TILE(7, strip + TILE_BYTES, STEP_BYTES); \
      MULTIPLY(0, 4, 6); \
      MULTIPLY(1, 4, 7); \
      if (more) { \
        LOAD_TILE(5, x_below + w, x_bytes); \
        MULTIPLY(2, 5, 6); \
        MULTIPLY(3, 5, 7); \
      } \
    } \
    end_sums(t, more); \
  }

TILED(tiled_bf16, _tile_dpbf16ps)
// The activations carry an offset of 128, as with VNNI.
TILED(tiled_int8, _tile_dpbusd)

FOR_HALVES(tiled_bf16)
FOR_HALVES(tiled_int8)

#endif
