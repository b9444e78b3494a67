// Products of activations with packed weights, C = X * transposed(W): the part that one thread
// does. docs/kernels/products.md has the plan and the counts.
//
// Weights lie in panels of 32 output channels. A step of a panel holds, for every channel, the one
// to eight neighbouring elements along K that one instruction consumes: two bf16, four int8, one
// float32, or eight int4. int4 panels have a scale for 32 elements in front of their four steps.

#ifndef MLA4J_PRODUCT_H
#define MLA4J_PRODUCT_H

#include <immintrin.h>
#include <stdint.h>

#include "level.h"

#define INTERNAL(name) JOIN(name, LEVEL)
#define INLINE static inline __attribute__((always_inline))

enum {
  LANES = 16,
  PANEL = 32,           // output channels of a panel: two vectors
  STEP_BYTES = 128,     // of a panel: 4 bytes a channel
  MOST_ROWS = 12,       // with two vectors of channels, 24 sums
  FEW_ROWS = 4,         // up to here a product waits for its weights to arrive
  GROUP = 32,           // int4 weights that share a scale
  GROUP_SCALES = 64,    // bytes of a group's scales in a panel: bf16
  GROUP_BYTES = 576     // bytes of a group in a panel
};

enum format { FLOAT32, BFLOAT16, INT8, INT4 };
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
  uint8_t *widened;        // a panel of int8 or int4 weights as bf16
};

// A run of steps of some rows against one panel.
struct tile {
  const uint32_t *x;       // [steps, rows]
  const uint8_t *strip;
  int64_t steps;
  float *sums;             // [rows, PANEL], float32 or int32
  int begins;              // whether the sums start at 0
};

// int8 or int4 weights that meet wider activations.
INLINE int widens(const struct product_job *job) {
  return job->format == INT4 || (job->format == INT8 && job->element != INT8);
}

// Few rows of such weights are faster without a detour through bf16 in memory.
INLINE int is_direct(const struct product_job *job) {
  return widens(job) && job->row_to - job->row_from <= FEW_ROWS;
}

// Rows are cut into equal tiles of at most MOST_ROWS.
INLINE int64_t tile_start(int64_t rows, int64_t tiles, int64_t tile) { return rows * tile / tiles; }

INLINE __m512 dot(__m512 sum, __m512i a, __m512i b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

// A function for every number of rows, so that the sums stay in registers.
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

void INTERNAL(product_pack)(const struct product *p, int64_t first, int64_t steps);
void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_bf16)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows);
void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, uint8_t *to);
void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, uint8_t *to);
void INTERNAL(product_finish)(const struct product *p, const float *sums, int64_t panel);

#endif
