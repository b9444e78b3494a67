// Attention of some queries over a run of cached tokens whose keys and values are apart: the part of
// a decode that one thread does. A key or value that is not finite reaches the rows that see it and no
// other. docs/kernels/paged-decode.md has the plan and the counts.

#ifndef MLA4J_PAGED_DECODE_H
#define MLA4J_PAGED_DECODE_H

#include <stdint.h>

// What is computed, without the memory it lies in. The layout is repeated in
// io.mla4j.kernels.paged.NativePaged. Heads of a token lie side by side.
struct paged_decode_job {
  int64_t query_tokens;  // T of this part
  int64_t query_token;   // elements from one query token to the next
  int64_t sharing;       // query heads of a key head
  int64_t key_heads;     // G
  int64_t width;         // D
  int64_t value_width;   // V
  int64_t key_block;     // bytes from one block of keys to the next
  int64_t value_block;
  int64_t block_tokens;
  int64_t from;          // the first cached token
  int64_t to;            // behind the last
  int64_t position;      // where the first query token stands in its sequence
  int64_t causal;
  int64_t window;        // 0: none
  double scale;
};

#endif
