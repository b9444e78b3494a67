// Latent attention of some queries over a run of cached tokens: the part of a decode that one
// thread does. docs/kernels/latent-decode.md has the plan and the counts.

#ifndef MLA4J_LATENT_DECODE_H
#define MLA4J_LATENT_DECODE_H

#include <stdint.h>

// The layout is repeated in io.mla4j.flashmla.NativeJob.
struct latent_decode_job {
  const void *query;       // [tokens, heads, width], bf16
  int64_t query_token;     // distance of two query tokens, in elements
  int64_t query_head;      // distance of two heads, in elements
  int64_t query_tokens;
  int64_t heads;
  int64_t width;           // D, even
  int64_t value_width;     // V, at most D: the values are the first V elements of a key
  const uint8_t *cache;    // blocks of cached tokens
  int64_t blocks;
  int64_t block_bytes;     // distance of two blocks
  int64_t token_bytes;     // distance of two tokens in a block
  int64_t block_tokens;
  const int32_t *table;    // the block of every run of block_tokens tokens, or null
  const int32_t *indices;  // the tokens themselves, in the whole cache, -1 for none, or null
  int64_t from;            // the first token, or the first of the indices
  int64_t to;              // behind the last
  int64_t visible;         // tokens that the first query token sees; each later one sees one more
  double scale;
  uint8_t *work;           // latent_decode_work_bytes, 64-byte aligned
  float *out;              // [tokens * heads, value_width], sums of weighted values
  float *highest;          // [tokens * heads], the highest score times log2(e)
  float *total;            // [tokens * heads], the sum of the weights
};

#endif
