// Scores of the lightning indexer (DeepSeek-V3.2): for each query token and key the sum over the
// indexer's heads of weight * max(0, q . k). The part of it that one thread does at a time.
// docs/kernels/indexer.md has the plan and the counts.

#ifndef MLA4J_INDEXER_H
#define MLA4J_INDEXER_H

#include <stdint.h>

// What is computed, without the memory it lies in. The layout is repeated in NativeIndexer.java.
struct indexer_job {
  int64_t query_float;   // 1 where queries are float32 and not bf16
  int64_t query_tokens;  // each [heads, width], one after another
  int64_t heads;
  int64_t width;
  int64_t blocks;        // in the cache
  int64_t block_bytes;   // distance of two blocks
  int64_t key_bytes;     // distance of two keys in a block
  int64_t block_keys;
  int64_t from;          // the first key
  int64_t to;            // behind the last
  int64_t visible;       // keys that the first query token sees, counted from key 0; may be negative
  int64_t visible_step;  // how many more the next query token sees
  int64_t out_token;     // distance of two tokens' scores, in elements
};

#endif
