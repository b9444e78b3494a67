// Latent attention of some queries over a run of cached tokens: the part of a decode that one
// thread does. A token that is not finite reaches the rows that see it and no other.
// docs/kernels/latent-decode.md has the plan and the counts.

#ifndef MLA4J_LATENT_DECODE_H
#define MLA4J_LATENT_DECODE_H

#include <stdint.h>

// What is computed, without the memory it lies in. The layout is repeated in NativeDecode.java.
struct latent_decode_job {
  int64_t query_float;     // 1 where queries are float32 and not bf16
  int64_t query_token;     // distance of two query tokens, in elements
  int64_t query_tokens;
  int64_t heads;           // query heads that share the keys; side by side
  int64_t width;           // D, even
  int64_t value_width;     // V, at most D: the values are the first V elements of a key
  int64_t blocks;          // in the cache
  int64_t block_bytes;     // distance of two blocks
  int64_t token_bytes;     // distance of two tokens in a block
  int64_t block_tokens;
  int64_t sparse;          // 1 where positions are tokens, -1 for none; 0 where they are blocks
  int64_t from;            // the first token, or the first of the listed tokens
  int64_t to;              // behind the last
  int64_t visible;         // tokens that the first query token sees
  int64_t visible_step;    // how many more the next query token sees
  double scale;
};

#endif
