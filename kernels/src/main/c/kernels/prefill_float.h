// The values of a prefill with float32 products, after prefill_tile.h: rows of a tile, as they come.

#ifndef MLA4J_PREFILL_FLOAT_H
#define MLA4J_PREFILL_FLOAT_H

static int64_t lay_out_values(const struct prefill_job *job, struct block *block) {
  block->value_stride = stride_of(job->value_width);
  block->strip_stride = COLUMNS;
  return TILE * block->value_stride;
}

static void bring_values(const struct prefill_job *job, struct work *w, const element *value,
                         int count) {
  int64_t stride = w->block.value_stride, width = job->value_width;
  for (int t = 0; t < count; t++) {
    copy_units(w->values + t * stride, value + t * job->value_token, width, width);
  }
}

static void order_columns(float *strip) { (void)strip; }

#endif
