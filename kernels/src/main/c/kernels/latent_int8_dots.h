// A tile of an int8 cache with dot products.

#ifndef MLA4J_LATENT_INT8_DOTS_H
#define MLA4J_LATENT_INT8_DOTS_H

#include "latent_int8_score.h"
#include "latent_int8_value.h"
#include "latent_int8_weight.h"

static void weigh_scores(const struct latent_decode_job *job, struct work *w, int64_t group,
                         int64_t first, int count, float *scores) {
  vec scale = all((float)(job->scale * 1.4426950408889634));
  vec highest = scale_and_hide(&w->tile, w->visible + group * LANES, first, count, scale, scores);
  weigh_and_quantize(job, w, group, count, highest, scores);
}

static void scores_and_weights(const struct latent_decode_job *job, struct work *w,
                               int64_t first, int count) {
  int64_t group = 0;
  for (; group + 1 < w->groups; group += 2) {
    for (int part = 0; part < PARTS; part++) {
      for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
        score_two(job, w, group, t, part);
      }
    }
    weigh_scores(job, w, group, first, count, w->scores);
    weigh_scores(job, w, group + 1, first, count, w->scores + TILE * LANES);
  }
  if (group < w->groups) {
    for (int part = 0; part < PARTS; part++) {
      for (int t = 0; t < count; t += TOKENS_AT_ONCE) {
        score_one(job, w, group, t, part);
      }
    }
    weigh_scores(job, w, group, first, count, w->scores);
  }
}

static void one_tile(const struct latent_decode_job *job, struct work *w, int64_t first,
                     int count) {
  int quads = (count + 3) / 4;
  interleave(job, w, quads);
  w->inverse_scale = inverse_scale(job, w, count);
  scores_and_weights(job, w, first, count);
  for (int64_t strip = 0; strip < w->strips; strip++) {
    for (int half = 0; half < 2; half++) {
      for (int64_t row = 0; row < w->rows; row += ROWS_AT_ONCE) {
        add_values(w, row, strip, half, quads);
      }
    }
  }
}

#endif
