// Products in a matrix unit: what their tiles share.

#ifndef MLA4J_PRODUCT_TILED_H
#define MLA4J_PRODUCT_TILED_H

#include "matrix_unit.h"
#include "product_bf16.h"

INLINE float *sums_below(const struct tile *t, const int more) {
  return more ? t->sums + TILE_ROWS * PANEL : 0;
}

INLINE void begin_sums(const struct tile *t, const int more) {
  if (t->begins) {
    zero_sums();
  } else {
    load_sums(t->sums, sums_below(t, more), PANEL * 4);
  }
}

INLINE void end_sums(const struct tile *t, const int more) {
  store_sums(t->sums, sums_below(t, more), PANEL * 4);
}

// Spreads over the steps what would hold up the next piece.
INLINE void ask_for_next(const struct tile *t, int64_t step) {
  const uint8_t *at = t->next + step * t->next_lines * 64;
  for (int64_t i = 0; i < t->next_lines; i++) {
    __builtin_prefetch(at + 64 * i, 0, 2);
  }
}

// A function for up to 16 rows and one for more.
#define FOR_HALVES(NAME) \
  void INTERNAL(product_##NAME)(const struct tile *t, int64_t rows) { \
    if (rows > TILE_ROWS) { \
      NAME(t, 1); \
    } else { \
      NAME(t, 0); \
    } \
  }

#endif
