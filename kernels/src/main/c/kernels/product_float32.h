// The family of products that end in float32 multiply-adds, and in int8 in each level's own.

#ifndef MLA4J_PRODUCT_FLOAT32_H
#define MLA4J_PRODUCT_FLOAT32_H

#include "product.h"

// Steps of a panel in a piece: 16 KB, half of a first-level cache, which all tiles of rows read.
enum { PIECE_STEPS = 128 };

// A group of int4: eight places of each of four steps, and a word in front.
enum { GROUP_WORDS = GROUP + 1 };

// Weights other than float32 that meet float32 or bf16.
INLINE int is_narrow(const struct product_job *job) {
  return job->format != FLOAT32 && !is_whole(job);
}

// Few rows of such weights are faster without a detour through float32 in memory.
INLINE int is_direct(const struct product_job *job) {
  return is_narrow(job) && rows_of(job) <= FEW_ROWS;
}

// Four-byte words of four int8 activations of a row: on x86 two, int16 each, as there is no
// product of signed bytes.
#if defined(__x86_64__)
enum { INT8_WORDS = 2 };
#else
enum { INT8_WORDS = 1 };
#endif

void INTERNAL(product_tile_float32)(const struct tile *t, int64_t rows);
void INTERNAL(product_tile_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_bf16)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int8)(const struct tile *t, int64_t rows);
void INTERNAL(product_direct_int4)(const struct tile *t, int64_t rows);
void INTERNAL(product_widen_bf16)(const uint8_t *strip, int64_t count, float *to);
void INTERNAL(product_widen_int8)(const uint8_t *strip, int64_t count, float *to);
void INTERNAL(product_widen_int4)(const uint8_t *strip, int64_t count, float *to);

#endif
