// Products in a matrix unit: what their tiles share.

#ifndef MLA4J_PRODUCT_TILED_H
#define MLA4J_PRODUCT_TILED_H

#include "matrix_unit.h"
#include "product_bf16.h"

// The sums of a tile, in registers 0 to 3.
INLINE void load_sums(const struct tile *t, const int more) {
  const int64_t bytes = PANEL * 4;
  const float *below = t->sums + TILE_ROWS * PANEL;
  if (t->begins) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    return;
  }
  LOAD_TILE(0, t->sums, bytes);
  LOAD_TILE(1, t->sums + LANES, bytes);
  if (more) {
    LOAD_TILE(2, below, bytes);
    LOAD_TILE(3, below + LANES, bytes);
  }
}

INLINE void store_sums(const struct tile *t, const int more) {
  const int64_t bytes = PANEL * 4;
  float *below = t->sums + TILE_ROWS * PANEL;
  _tile_stored(0, t->sums, bytes);
  _tile_stored(1, t->sums + LANES, bytes);
  if (more) {
    _tile_stored(2, below, bytes);
    _tile_stored(3, below + LANES, bytes);
  }
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
