// Products of activations with packed weights, C = X * transposed(W): the part that one thread
// does. docs/kernels/products.md has the plan and the counts.
//
// Weights lie in panels of 32 output channels, whatever the level. A step of a panel holds, for
// every channel, the one to eight neighbouring elements along K that lie in 4 bytes: two bf16, four
// int8, one float32, or eight int4. int4 panels have a scale for 32 elements in front of their four
// steps. bf16 weights may also stay as files have them, row by row: a few rows of activations read
// them so (product_rows.c), for more rows a piece becomes that of a panel in the first-level cache
// (product_turn.c).
//
// There are two families. With AVX-512-BF16 and VNNI everything but float32 weights is multiplied
// as it lies (product_*bf16.c). At the other levels a few rows read the weights as they lie, and for
// more rows pieces of a panel become float32 in the first-level cache (product_*float32.c); int8
// meets int8 in the best instruction of the level (product_int8.c).

#ifndef MLA4J_PRODUCT_H
#define MLA4J_PRODUCT_H

#include <stdint.h>

#include "level.h"
#include "vector.h"

#define INTERNAL(name) JOIN(name, LEVEL)

enum {
  PANEL = 32,           // output channels of a panel
  STEP_BYTES = 128,     // of a panel: 4 bytes a channel
  FEW_ROWS = 4,         // up to here a product waits for its weights to arrive
  GROUP = 32,           // int4 weights that share a scale
  GROUP_SCALES = 64,    // bytes of a group's scales in a panel: bf16
  GROUP_BYTES = 576,    // bytes of a group in a panel
  AHEAD = 8192          // bytes
};

// Rows of a tile with sums for all 32 channels, or for half of them, in registers.
#if VECTOR_BYTES == 64
enum { WIDE_ROWS = 12, MOST_ROWS = 12 };
#else
enum { WIDE_ROWS = 3, MOST_ROWS = 6 };
#endif

// Rows of a tile in a matrix unit, and words of a row that it takes at once.
enum { TILED_ROWS = 32, TILED_WORDS = 16 };

// Where a matrix unit multiplies float32 in parts of bf16.
enum part { HIGH, MIDDLE, LOW, PARTS };

// What VNNI adds to activations, as its first operand is unsigned.
#if defined(__AVX512BF16__)
enum { ACTIVATION_OFFSET = 128 };
#else
enum { ACTIVATION_OFFSET = 0 };
#endif

enum format { FLOAT32, BFLOAT16, INT8, INT4, BFLOAT16_ROWS };
enum function { NONE, GELU, SILU };

// The layout is repeated in io.mla4j.kernels.product.NativeJob.
struct product_job {
  int64_t format;         // of the weights
  int64_t element;        // of the activations: FLOAT32, BFLOAT16 or INT8
  int64_t columns;        // N
  int64_t depth;          // K
  int64_t row_from;
  int64_t row_to;
  int64_t panel_from;
  int64_t panel_to;
  int64_t pass;           // elements of K before the next panel is taken, a multiple of GROUP
  int64_t function;
  int64_t channel_scales; // byte offset in the weights, of int8 and int4 unused
  int64_t channel_sums;   // byte offset in the weights, of int8
  uint8_t *work;          // 64-byte aligned; see lay_out in product.c
};

// A product whose pointers have been put in their places.
struct product {
  struct product_job job;
  const uint8_t *x;
  const float *row_scales; // of int8 activations
  const uint8_t *weights;
  const float *bias;       // or null
  const float *residual;   // or null
  float *out;
  uint32_t *packed;        // activations of a pass
  float *sums;             // [panels or 1, rows, PANEL]
  uint8_t *widened;        // a piece of a panel of narrow weights
};

// A run of steps of some rows against one panel.
struct tile {
  const uint32_t *x;       // [words, rows], or for matrix units [rows, stride]
  int64_t stride;
  const uint8_t *strip;
  int64_t words;           // of a row's activations
  float *sums;             // [rows, PANEL], float32 or int32
  int begins;              // whether the sums start at 0
  const uint8_t *unsplit;  // float32 that is to be split into the strip on the way, or null
  int64_t elements;        // along K that it has
  int64_t channels;        // of weights that lie row by row
  int64_t row_bytes;       // from one of them to the next
  const uint8_t *next;     // weights that memory is asked for on the way
  int64_t next_lines;      // of them in a step of a matrix unit
};

// Asks memory for weights in advance, as the hardware stops at the end of a page: into the
// second-level cache, which waits for more lines at once than the first.
INLINE void ask_ahead(const uint8_t *at) { __builtin_prefetch(at + AHEAD, 0, 2); }

// int8 weights that meet int8 activations.
INLINE int is_whole(const struct product_job *job) { return job->element == INT8; }

// Weights as files have them.
INLINE int is_rows(const struct product_job *job) { return job->format == BFLOAT16_ROWS; }

INLINE int64_t rows_of(const struct product_job *job) { return job->row_to - job->row_from; }

// Whether a matrix unit (AMX) multiplies. float32 has to be split for it, which does not pay for the rows
// of one tile of multiply-adds.
INLINE int is_tiled(const struct product_job *job) {
#if defined(__AMX_BF16__)
  return rows_of(job) > (job->format == FLOAT32 ? MOST_ROWS : FEW_ROWS);
#else
  (void)job;
  return 0;
#endif
}

// Whether so few rows meet weights as they lie.
INLINE int meets_rows(const struct product_job *job) {
  return is_rows(job) && rows_of(job) <= FEW_ROWS;
}

// Whether rows of activations stay rows.
INLINE int stays_rows(const struct product_job *job) { return is_tiled(job) || meets_rows(job); }

// Whether float32 is split into parts.
INLINE int is_split(const struct product_job *job) {
  return job->format == FLOAT32 && is_tiled(job);
}

INLINE int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

INLINE int64_t round_up(int64_t count, int64_t multiple) {
  return ceil_div(count, multiple) * multiple;
}

// Bytes of a panel for a count of elements along K, which is a multiple of what a step holds.
INLINE int64_t panel_bytes(int64_t format, int64_t count) {
  switch (format) {
    case FLOAT32: return count * STEP_BYTES;
    case BFLOAT16: return ceil_div(count, 2) * STEP_BYTES;
    case INT8: return ceil_div(count, 4) * STEP_BYTES;
    default: return ceil_div(count, GROUP) * GROUP_BYTES;
  }
}

INLINE int64_t tiles_of(const struct product_job *job) {
  return ceil_div(rows_of(job), is_tiled(job) ? TILED_ROWS : MOST_ROWS);
}

// Rows are cut into equal tiles, for a matrix unit into whole ones and the rest.
INLINE int64_t tile_start(const struct product_job *job, int64_t tile) {
  int64_t rows = rows_of(job), whole = tile * TILED_ROWS;
  if (is_tiled(job)) {
    return whole < rows ? whole : rows;
  }
  return rows * tile / tiles_of(job);
}

// Rows that there is room for: a matrix unit reads and writes whole tiles.
INLINE int64_t rows_kept(const struct product_job *job) {
  return is_tiled(job) ? round_up(rows_of(job), TILED_ROWS) : rows_of(job);
}

// Words from one row of activations to the next. Where rows stay rows they end in whole lines, an odd number of lines: rows a power of two
// apart would drive each other out of the first-level cache.
INLINE int64_t stride_of(const struct product_job *job, int64_t words) {
  return stays_rows(job) ? (ceil_div(words, TILED_WORDS) | 1) * TILED_WORDS : words;
}

// A function for every number of rows, so that the sums stay in registers.
#define FOR_FEW_ROWS(rows, CALL) \
  switch (rows) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    default: CALL(4); break; \
  }

#if VECTOR_BYTES == 64
#define FOR_ROWS(rows, CALL) \
  switch (rows) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    case 4: CALL(4); break; \
    case 5: CALL(5); break; \
    case 6: CALL(6); break; \
    case 7: CALL(7); break; \
    case 8: CALL(8); break; \
    case 9: CALL(9); break; \
    case 10: CALL(10); break; \
    case 11: CALL(11); break; \
    default: CALL(12); break; \
  }
#else
#define FOR_ROWS(rows, CALL) \
  switch (rows) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    case 4: CALL(4); break; \
    case 5: CALL(5); break; \
    default: CALL(6); break; \
  }
#endif

// What a family supplies.

// Elements of K that a pass has.
int64_t KERNEL(product_pass)(int64_t format, int64_t element);
// Elements of K that a piece of a panel has: its tiles run before the next piece is taken.
int64_t INTERNAL(product_piece)(const struct product_job *job);
// Bytes of a piece that has been widened, 0 where none is.
int64_t INTERNAL(product_widened_bytes)(const struct product_job *job);
// Four-byte words of a row's activations for a count of elements.
int64_t INTERNAL(product_words)(const struct product_job *job, int64_t count);
// Copies activations so that a word of all rows of a tile lie side by side.
void INTERNAL(product_pack)(const struct product *p, int64_t first, int64_t words);
// A strip of weights as tiles read it; of those that lie row by row it has `channels`.
const uint8_t *INTERNAL(product_widen)(const struct product *p, const uint8_t *strip,
                                       int64_t count, int64_t channels);
void INTERNAL(product_tile)(const struct product_job *job, const struct tile *t, int64_t rows);

void INTERNAL(product_direct_rows)(const struct tile *t, int64_t rows);

// `sums` of some rows of the block, from `row` on.
void INTERNAL(product_finish)(const struct product *p, const float *sums, int64_t panel,
                              int64_t row, int64_t rows);

// Turns rows of weights into steps of a panel: `bytes` of each of up to PANEL `channels`.
void KERNEL(product_turn)(const uint8_t *rows, int64_t row_bytes, int64_t channels, int64_t bytes,
                          uint8_t *to);

#endif
