// The tiles of AMX: eight registers of up to 16 rows of 64 bytes.

#ifndef MLA4J_MATRIX_UNIT_H
#define MLA4J_MATRIX_UNIT_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

enum { TILE_ROWS = 16, TILE_BYTES = 64 };

// The intrinsics of gcc do not tell the compiler that they read memory, which then leaves out what was
// written for them.
#define WRITTEN __asm__ volatile("" ::: "memory")

#define LOAD_TILE(register, from, bytes) \
  do { \
    WRITTEN; \
    _tile_loadd(register, from, bytes); \
  } while (0)

// As LOAD_TILE, for what is not read again soon: it leaves the first-level cache to others.
#define STREAM_TILE(register, from, bytes) \
  do { \
    WRITTEN; \
    _tile_stream_loadd(register, from, bytes); \
  } while (0)

// As LDTILECFG reads it.
struct tile_shapes {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} __attribute__((aligned(64)));

// Every register becomes 16 rows of 64 bytes. In products and prefill, where 32 rows meet 32 columns, 0 to 3 are used as sums, 0
// and 1 of the first 16 rows; 4 and 5 as rows of the first operand; 6 and 7 as columns of the second.
static inline void shape_tiles(void) {
  struct tile_shapes shapes;
  memset(&shapes, 0, sizeof shapes);
  shapes.palette = 1;
  for (int i = 0; i < 8; i++) {
    shapes.rows[i] = TILE_ROWS;
    shapes.row_bytes[i] = TILE_BYTES;
  }
  __asm__ volatile("" ::"r"(&shapes) : "memory");
  _tile_loadconfig(&shapes);
}

// The sums in registers 0 to 3: 16 rows of 32 columns, and 16 more below them, if any, whose place is
// else null.
static inline void zero_sums(void) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

static inline __attribute__((always_inline)) void load_sums(const float *above, const float *below,
                                                            int64_t bytes) {
  LOAD_TILE(0, above, bytes);
  LOAD_TILE(1, above + TILE_BYTES / 4, bytes);
  if (below) {
    LOAD_TILE(2, below, bytes);
    LOAD_TILE(3, below + TILE_BYTES / 4, bytes);
  }
}

static inline __attribute__((always_inline)) void store_sums(float *above, float *below,
                                                             int64_t bytes) {
  _tile_stored(0, above, bytes);
  _tile_stored(1, above + TILE_BYTES / 4, bytes);
  if (below) {
    _tile_stored(2, below, bytes);
    _tile_stored(3, below + TILE_BYTES / 4, bytes);
  }
}

#endif
