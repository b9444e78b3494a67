// Rotary position embedding.

#include "level.h"

// The layout is repeated in io.mla4j.kernels.c.NativeRotary.
struct rotary_job {
  int64_t tokens, heads, pairs, interleaved;
  int64_t batch, token, head;              // strides of x
  int64_t out_batch, out_token, out_head;  // strides of the result
  int64_t angle_batch;                     // stride of the angles, 0 where all share them
};

static void turn_neighbours(const float *restrict x, const float *restrict cos,
                            const float *restrict sin, float *restrict out, int64_t pairs) {
  for (int64_t i = 0; i < pairs; i++) {
    float first = x[2 * i], second = x[2 * i + 1];
    out[2 * i] = first * cos[i] - second * sin[i];
    out[2 * i + 1] = first * sin[i] + second * cos[i];
  }
}

static void turn_halves(const float *restrict x, const float *restrict cos,
                        const float *restrict sin, float *restrict out, int64_t pairs) {
  for (int64_t i = 0; i < pairs; i++) {
    float first = x[i], second = x[i + pairs];
    out[i] = first * cos[i] - second * sin[i];
    out[i + pairs] = first * sin[i] + second * cos[i];
  }
}

// Tokens `from` to `to`, counted through all batch entries.
void KERNEL(rotary)(const struct rotary_job *job, const float *x, const float *cos,
                    const float *sin, float *out, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++) {
    int64_t batch = i / job->tokens, token = i % job->tokens;
    int64_t angle = batch * job->angle_batch + token * job->pairs;
    for (int64_t head = 0; head < job->heads; head++) {
      const float *a = x + batch * job->batch + token * job->token + head * job->head;
      float *b = out + batch * job->out_batch + token * job->out_token + head * job->out_head;
      if (job->interleaved) {
        turn_neighbours(a, cos + angle, sin + angle, b, job->pairs);
      } else {
        turn_halves(a, cos + angle, sin + angle, b, job->pairs);
      }
    }
  }
}
