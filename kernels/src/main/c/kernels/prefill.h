// Attention of a block of queries over the keys and values of one head: the part of a prefill that
// one thread does at a time. A key or value that is not finite reaches the rows that see it and no other.
// docs/kernels/prefill.md has the plan and the counts.

#ifndef MLA4J_PREFILL_H
#define MLA4J_PREFILL_H

#include <math.h>
#include <stdint.h>

// What is computed, without the memory it lies in. Distances are in elements. The layout is
// repeated in NativePrefill.java.
struct prefill_job {
  int64_t query_token;   // distance of two query tokens
  int64_t query_head;
  int64_t key_token;
  int64_t value_token;
  int64_t out_token;
  int64_t out_head;
  int64_t out_float;     // 1 where the output is float32 and not bf16
  int64_t lse_head;      // distance of two heads' log-sum-exps; those of tokens are side by side
  int64_t query_tokens;  // of the block
  int64_t heads;         // query heads that share the keys
  int64_t keys;
  int64_t visible;       // keys that the first query token sees; may be less than 0
  int64_t visible_step;  // how many more the next query token sees
  int64_t width;         // of queries and keys, D
  int64_t value_width;   // V
  double scale;
};

static inline int64_t visible_of(const struct prefill_job *job, int64_t token) {
  int64_t seen = job->visible + token * job->visible_step;
  return seen < 0 ? 0 : seen < job->keys ? seen : job->keys;
}

// The log-sum-exp of a row whose weights are powers of 2 relative to a base. A row that sees no key has
// +inf, as in FlashMLA, and an output of zeros.
static inline void write_lse(const struct prefill_job *job, int64_t row, float base, float total,
                             float *lse) {
  lse[row % job->heads * job->lse_head + row / job->heads] =
      total == 0 ? __builtin_inff() : (float)(base * 0.6931471805599453 + log(total));
}

#endif
