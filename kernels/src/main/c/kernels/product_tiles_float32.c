// Tiles of float32, with their sums in registers: up to WIDE_ROWS rows and a panel, or up to
// MOST_ROWS rows and half of one. A step loads the weights and broadcasts a word of every row.

#include "level.h"

#if !defined(__AVX512BF16__)

#include "product_float32.h"

#define ROWS _Pragma("GCC unroll 12") for (int i = 0; i < rows; i++)
#define VECTORS _Pragma("GCC unroll 8") for (int v = 0; v < vectors; v++)

INLINE void tile(const struct tile *t, const int rows, const int vectors, int64_t column) {
  const float *x = (const float *)t->x, *strip = (const float *)t->strip + column;
  float *to = t->sums + column;
  vec sums[MOST_ROWS][PANEL / LANES];
  ROWS VECTORS { sums[i][v] = t->begins ? all(0) : load(to + i * PANEL + v * LANES); }
  for (int64_t k = 0; k < t->words; k++, strip += PANEL, x += rows) {
    vec w[PANEL / LANES];
    VECTORS {
      w[v] = load(strip + v * LANES);
      if (rows <= FEW_ROWS && v * LANES % 16 == 0) {
        ask_ahead((const uint8_t *)(strip + v * LANES));
      }
    }
    ROWS {
      vec y = all(x[i]);
      VECTORS { sums[i][v] += w[v] * y; }
    }
  }
  ROWS VECTORS { store(to + i * PANEL + v * LANES, sums[i][v]); }
}

INLINE void tiles(const struct tile *t, const int rows) {
  if (rows <= WIDE_ROWS) {
    tile(t, rows, PANEL / LANES, 0);
  } else {
    tile(t, rows, PANEL / LANES / 2, 0);
    tile(t, rows, PANEL / LANES / 2, PANEL / 2);
  }
}

void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows) {
#define CALL(n) tiles(t, n)
  FOR_ROWS(rows, CALL)
#undef CALL
}

#endif
