// Random shapes for what an encoder needs beside products: attention, norms, rotations and functions
// of elements, against plain loops in double precision.

#include <math.h>

#include "../../main/c/kernels/level.h"
#include "fuzz.h"

#define DECLARE(result, name) result JOIN(name, LEVEL)
#define CALL(name) JOIN(name, LEVEL)

// As in attention.c.
struct strides {
  int64_t batch, token, head;
};

struct attention_job {
  int64_t queries, query_heads, keys, key_heads;
  int64_t width, value_width;
  struct strides query, key, value, out;
  int64_t more_width;
  struct strides more_query, more_key;
  int64_t causal, window;
  int64_t pieces;
  double scale;
};

// As in rotary.c.
struct rotary_job {
  int64_t tokens, heads, pairs, interleaved;
  int64_t batch, token, head;
  int64_t out_batch, out_token, out_head;
  int64_t angle_batch;
};

DECLARE(void, attention)(const struct attention_job *, const float *, const float *, const float *,
                         const float *, const float *, const uint8_t *, float *, float *, int64_t,
                         int64_t);
DECLARE(void, rotary)(const struct rotary_job *, const float *, const float *, const float *,
                      float *, int64_t, int64_t);
DECLARE(void, rms_norm)(const float *, const float *, float, float *, int64_t, int64_t);
DECLARE(void, layer_norm)(const float *, const float *, const float *, float, float *, int64_t,
                          int64_t);
DECLARE(void, softmax)(const float *, float *, int64_t, int64_t);
DECLARE(void, log_softmax)(const float *, float *, int64_t, int64_t);
DECLARE(void, silu)(const float *, float *, int64_t);
DECLARE(void, gelu)(const float *, float *, int64_t);
DECLARE(void, add)(const float *, const float *, float *, int64_t);
DECLARE(void, multiply)(const float *, const float *, float *, int64_t);
DECLARE(void, maximum)(const float *, const float *, float *, int64_t);
DECLARE(void, silu_multiply)(const float *, const float *, float *, int64_t);

enum { STRIP = 32, BLOCK = 128 };  // MOST_STRIP and BLOCK of attention.c

static float *floats(int64_t count) {
  float *x = exactly(count * 4);
  for (int64_t i = 0; i < count; i++) {
    x[i] = uniform();
  }
  return x;
}

// [batch, tokens, heads, width] with gaps, in memory that ends with the last element.
struct heads {
  float *memory;
  struct strides stride;
};

static struct heads heads_of(int64_t batch, int64_t tokens, int64_t heads, int64_t width) {
  struct heads h;
  h.stride.head = width + below(3);
  h.stride.token = heads * h.stride.head + below(3);
  h.stride.batch = tokens * h.stride.token + below(3);
  h.memory = floats((batch - 1) * h.stride.batch + (tokens - 1) * h.stride.token +
                    (heads - 1) * h.stride.head + width);
  return h;
}

static float *at(const struct heads *h, int64_t batch, int64_t token, int64_t head) {
  return h->memory + batch * h->stride.batch + token * h->stride.token + head * h->stride.head;
}

static int differs(double expected, double found, double tolerance) {
  return !(off_by(found, expected) <= tolerance);
}

struct attention {
  struct attention_job job;
  int64_t batch;
  struct heads query, key, value, more_query, more_key, out;
  uint8_t *mask;
};

static int sees(const struct attention *a, int64_t batch, int64_t token, int64_t key) {
  int64_t position = a->job.keys - a->job.queries + token;
  int64_t window = a->job.window;
  return (!a->job.causal || key <= position) &&
         (window == 0 || (key > position - window && key < position + window)) &&
         (!a->mask || a->mask[batch * a->job.keys + key]);
}

static double score(const struct attention *a, int64_t batch, int64_t token, int64_t head,
                    int64_t key) {
  int64_t group = head / (a->job.query_heads / a->job.key_heads);
  const float *q = at(&a->query, batch, token, head), *k = at(&a->key, batch, key, group);
  double sum = 0;
  for (int64_t d = 0; d < a->job.width; d++) {
    sum += (double)q[d] * k[d];
  }
  if (a->job.more_width) {
    q = at(&a->more_query, batch, token, head);
    k = at(&a->more_key, batch, key, group);
    for (int64_t d = 0; d < a->job.more_width; d++) {
      sum += (double)q[d] * k[d];
    }
  }
  return sum * a->job.scale;
}

static int wrong_row(const struct attention *a, int64_t batch, int64_t token, int64_t head) {
  int64_t group = head / (a->job.query_heads / a->job.key_heads);
  double *sums = calloc((size_t)a->job.value_width, sizeof *sums), total = 0;
  for (int64_t key = 0; key < a->job.keys; key++) {
    if (sees(a, batch, token, key)) {
      double weight = exp(score(a, batch, token, head, key));
      const float *v = at(&a->value, batch, key, group);
      total += weight;
      for (int64_t d = 0; d < a->job.value_width; d++) {
        sums[d] += weight * v[d];
      }
    }
  }
  int wrong = 0;
  const float *out = at(&a->out, batch, token, head);
  for (int64_t d = 0; d < a->job.value_width; d++) {
    wrong |= differs(total == 0 ? 0 : sums[d] / total, out[d], 2e-5);
  }
  free(sums);
  return wrong;
}

static uint8_t *mask_of(int64_t count) {
  uint8_t *mask = exactly(count);
  int64_t often = 1 + below(4);
  for (int64_t i = 0; i < count; i++) {
    mask[i] = below(often) != 0;
  }
  return mask;
}

// Makes an element of some heads of a few tokens NaN, which the rows that do not see them must not meet.
static void poison(const struct heads *h, int64_t batch, int64_t tokens, int64_t heads, int64_t width) {
  for (int64_t i = below(2) ? below(4) : 0; i > 0; i--) {
    at(h, below(batch), below(tokens), below(heads))[below(width)] = NAN;
  }
}

static int attention(void) {
  int64_t groups = 1 + below(3), sharing = 1 + below(4), batch = 1 + below(2);
  struct attention a = {.batch = batch};
  struct attention_job *job = &a.job;
  job->queries = 1 + below(below(2) ? 80 : 5);
  job->keys = 1 + below(below(2) ? 300 : 20);
  job->key_heads = groups;
  job->query_heads = groups * sharing;
  job->width = 1 + below(40);
  job->value_width = 1 + below(40);
  job->more_width = below(2) ? 1 + below(20) : 0;
  job->causal = below(2);
  job->window = below(3) ? 0 : 1 + below(30);
  job->scale = 0.3;
  a.query = heads_of(batch, job->queries, job->query_heads, job->width);
  a.key = heads_of(batch, job->keys, groups, job->width);
  a.value = heads_of(batch, job->keys, groups, job->value_width);
  a.out = heads_of(batch, job->queries, job->query_heads, job->value_width);
  poison(&a.key, batch, job->keys, groups, job->width);
  poison(&a.value, batch, job->keys, groups, job->value_width);
  job->query = a.query.stride;
  job->key = a.key.stride;
  job->value = a.value.stride;
  job->out = a.out.stride;
  if (job->more_width) {
    a.more_query = heads_of(batch, job->queries, job->query_heads, job->more_width);
    a.more_key = heads_of(batch, job->keys, groups, job->more_width);
    job->more_query = a.more_query.stride;
    job->more_key = a.more_key.stride;
  }
  a.mask = below(2) ? mask_of(batch * job->keys) : NULL;
  job->pieces = (job->queries * sharing + STRIP - 1) / STRIP;
  float *work =
      (float *)work_of((job->width + job->more_width + BLOCK + job->value_width) * STRIP * 4);
  CALL(attention)(job, a.query.memory, a.key.memory, a.value.memory, a.more_query.memory,
                  a.more_key.memory, a.mask, a.out.memory, work, 0, batch * groups * job->pieces);
  int wrong = 0;
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t t = 0; t < job->queries; t++) {
      for (int64_t h = 0; h < job->query_heads; h++) {
        wrong |= wrong_row(&a, b, t, h);
      }
    }
  }
  free(a.query.memory);
  free(a.key.memory);
  free(a.value.memory);
  free(a.out.memory);
  free(a.more_query.memory);
  free(a.more_key.memory);
  free(a.mask);
  free(work);
  return wrong;
}

static int wrong_turn(const float *x, const float *out, const float *cos, const float *sin,
                      const struct rotary_job *job) {
  int wrong = 0;
  for (int64_t i = 0; i < job->pairs; i++) {
    int64_t first = job->interleaved ? 2 * i : i, second = first + (job->interleaved ? 1 : job->pairs);
    wrong |= differs((double)x[first] * cos[i] - (double)x[second] * sin[i], out[first], 1e-6);
    wrong |= differs((double)x[first] * sin[i] + (double)x[second] * cos[i], out[second], 1e-6);
  }
  return wrong;
}

static int rotary(void) {
  int64_t batch = 1 + below(3);
  struct rotary_job job = {1 + below(20), 1 + below(5), 1 + below(40), below(2), 0, 0, 0, 0, 0, 0, 0};
  struct heads x = heads_of(batch, job.tokens, job.heads, 2 * job.pairs);
  struct heads out = heads_of(batch, job.tokens, job.heads, 2 * job.pairs);
  job.batch = x.stride.batch;
  job.token = x.stride.token;
  job.head = x.stride.head;
  job.out_batch = out.stride.batch;
  job.out_token = out.stride.token;
  job.out_head = out.stride.head;
  job.angle_batch = below(2) ? job.tokens * job.pairs : 0;
  int64_t angles = (batch - 1) * job.angle_batch + job.tokens * job.pairs;
  float *cos = floats(angles), *sin = floats(angles);
  CALL(rotary)(&job, x.memory, cos, sin, out.memory, 0, batch * job.tokens);
  int wrong = 0;
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t t = 0; t < job.tokens; t++) {
      for (int64_t h = 0; h < job.heads; h++) {
        int64_t angle = b * job.angle_batch + t * job.pairs;
        wrong |= wrong_turn(at(&x, b, t, h), at(&out, b, t, h), cos + angle, sin + angle, &job);
      }
    }
  }
  free(x.memory);
  free(out.memory);
  free(cos);
  free(sin);
  return wrong;
}

static int norms(void) {
  int64_t rows = below(5), width = 1 + below(100);
  float *x = floats(rows * width), *out = floats(rows * width);
  float *weight = floats(width), *bias = floats(width);
  int centered = (int)below(2), wrong = 0;
  if (centered) {
    CALL(layer_norm)(x, weight, bias, 0.1f, out, rows, width);
  } else {
    CALL(rms_norm)(x, weight, 0.1f, out, rows, width);
  }
  for (int64_t r = 0; r < rows; r++) {
    double mean = 0, squares = 0;
    for (int64_t i = 0; i < width && centered; i++) {
      mean += (double)x[r * width + i] / width;
    }
    for (int64_t i = 0; i < width; i++) {
      squares += (x[r * width + i] - mean) * (x[r * width + i] - mean);
    }
    for (int64_t i = 0; i < width; i++) {
      double expected = (x[r * width + i] - mean) / sqrt(squares / width + 0.1f) * weight[i];
      wrong |= differs(expected + (centered ? bias[i] : 0), out[r * width + i], 1e-5);
    }
  }
  free(x);
  free(out);
  free(weight);
  free(bias);
  return wrong;
}

static int softmaxes(void) {
  int64_t rows = below(5), width = 1 + below(100) * (below(9) ? 1 : 50);
  float *x = floats(rows * width), *out = floats(rows * width);
  int logarithm = (int)below(2), wrong = 0;
  for (int64_t i = 0; i < rows * width; i++) {
    x[i] *= 30;
  }
  if (logarithm) {
    CALL(log_softmax)(x, out, rows, width);
  } else {
    CALL(softmax)(x, out, rows, width);
  }
  for (int64_t r = 0; r < rows; r++) {
    double sum = 0;
    for (int64_t i = 0; i < width; i++) {
      sum += exp(x[r * width + i]);
    }
    for (int64_t i = 0; i < width; i++) {
      double share = exp(x[r * width + i]) / sum;
      wrong |= differs(logarithm ? log(share) : share, out[r * width + i], 1e-5);
    }
  }
  free(x);
  free(out);
  return wrong;
}

static double silu_of(double x) { return x / (1 + exp(-x)); }

static double expected_of(int kind, double a, double b) {
  switch (kind) {
    case 0: return silu_of(a);
    case 1: return a / 2 * (1 + erf(a / sqrt(2)));
    case 2: return a + b;
    case 3: return a * b;
    case 4: return a > b ? a : b;
    default: return silu_of(a) * b;
  }
}

static int elements(void) {
  int64_t count = below(100);
  float *a = floats(count), *b = floats(count), *out = floats(count);
  int kind = (int)below(6), wrong = 0;
  for (int64_t i = 0; i < count; i++) {
    a[i] *= 10;
  }
  switch (kind) {
    case 0: CALL(silu)(a, out, count); break;
    case 1: CALL(gelu)(a, out, count); break;
    case 2: CALL(add)(a, b, out, count); break;
    case 3: CALL(multiply)(a, b, out, count); break;
    case 4: CALL(maximum)(a, b, out, count); break;
    default: CALL(silu_multiply)(a, b, out, count); break;
  }
  for (int64_t i = 0; i < count; i++) {
    wrong |= differs(expected_of(kind, a[i], b[i]), out[i], 1e-5);
  }
  free(a);
  free(b);
  free(out);
  return wrong;
}

static int one(void) {
  switch (below(5)) {
    case 0: return attention();
    case 1: return rotary();
    case 2: return norms();
    case 3: return softmaxes();
    default: return elements();
  }
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
