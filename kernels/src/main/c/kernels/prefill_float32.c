// The prefill of float32, with fused multiply-adds.

#include "float_unit.h"

typedef float element;

#include "prefill_tile.h"

#include "prefill_float.h"

static void copy_units(unit *to, const element *from, int64_t width, int64_t steps) {
  (void)steps;
  memcpy(to, from, width * 4);
}

int64_t KERNEL(prefill_float32_work)(const struct prefill_job *job) {
  struct work w;
  return lay_out(job, &w, 0);
}

// Writes the attention of the block's queries and its log-sum-exps.
//
// query, key, value, out, lse   where the first token of the block, or of the keys, has its head
// memory                        prefill_float32_work bytes, 64-byte aligned
void KERNEL(prefill_float32)(const struct prefill_job *job, const float *query, const float *key,
                             const float *value, uint8_t *memory, void *out, float *lse) {
  prefill(job, query, key, value, memory, out, lse);
}
