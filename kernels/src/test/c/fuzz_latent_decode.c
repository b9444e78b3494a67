// Random shapes for the latent decodes. What comes out is compared with plain loops.

#include <math.h>

#include "../../main/c/kernels/latent_decode.h"
#include "fuzz.h"

#define DECODE(name) AT_LEVEL(latent_decode_##name)

typedef int decode_function(const struct latent_decode_job *, const void *, const uint8_t *,
                            const int32_t *, uint8_t *, float *);
typedef int64_t work_function(const struct latent_decode_job *);
decode_function DECODE(bf16), DECODE(fp8), DECODE(int8), DECODE(float32);
work_function DECODE(bf16_work), DECODE(fp8_work), DECODE(int8_work), DECODE(float32_work);

enum format { BF16, FP8, INT8, FLOAT32, FORMATS };

static decode_function *const decodes[] = {DECODE(bf16), DECODE(fp8), DECODE(int8), DECODE(float32)};
static work_function *const works[] = {DECODE(bf16_work), DECODE(fp8_work), DECODE(int8_work),
                                       DECODE(float32_work)};

// How far off a value may be, as a part of the largest. With narrow products, queries and weights
// have 8 bits over an int8 cache, and weights 8 significant ones over bf16 and FP8.
static double allowed(enum format format) {
#if defined(__AVX512BF16__)
  static const double narrow[] = {[BF16] = 0.01, [FP8] = 0.01, [INT8] = 0.05, [FLOAT32] = 1e-4};
  return narrow[format];
#else
  (void)format;
  return 1e-4;
#endif
}

static int64_t token_bytes(enum format format, int64_t width, int64_t value) {
  switch (format) {
    case BF16: return width * 2;
    case FP8: return value + value / 128 * 4 + (width - value) * 2;
    case FLOAT32: return width * 4;
    default: return width + 16;
  }
}

static void put_bf16(uint8_t *to, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    uint16_t half = bf16_of(uniform());
    memcpy(to + 2 * i, &half, 2);
  }
}

static void put_int8_part(uint8_t *token, int64_t from, int64_t to, float *scale, int32_t *sum) {
  *sum = 0;
  *scale = (uniform() + 1.5f) / 127;
  for (int64_t i = from; i < to; i++) {
    int8_t x = (int8_t)(below(255) - 127);
    token[i] = (uint8_t)x;
    *sum += x;
  }
}

static void put_token(enum format format, uint8_t *to, int64_t width, int64_t value) {
  if (format == BF16) {
    put_bf16(to, width);
  } else if (format == FP8) {
    for (int64_t i = 0; i < value; i++) {
      to[i] = (uint8_t)(below(2) * 128 + below(120));
    }
    for (int64_t b = 0; b < value / 128; b++) {
      float scale = ldexpf(1, (int)below(3) - 9);
      memcpy(to + value + 4 * b, &scale, 4);
    }
    put_bf16(to + value + value / 128 * 4, width - value);
  } else if (format == FLOAT32) {
    for (int64_t i = 0; i < width; i++) {
      float x = uniform();
      memcpy(to + 4 * i, &x, 4);
    }
  } else {
    float scale[2];
    int32_t sum[2];
    put_int8_part(to, 0, value, scale, sum);
    put_int8_part(to, value, width, scale + 1, sum + 1);
    memcpy(to + width, scale, 8);
    memcpy(to + width + 8, sum, 8);
  }
}

static float element(enum format format, const uint8_t *token, int64_t width, int64_t value,
                     int64_t d) {
  uint16_t half;
  float scale;
  if (format == BF16) {
    memcpy(&half, token + 2 * d, 2);
    return of_bf16(half);
  }
  if (format == FLOAT32) {
    memcpy(&scale, token + 4 * d, 4);
    return scale;
  }
  if (format == FP8) {
    if (d >= value) {
      memcpy(&half, token + value + value / 128 * 4 + 2 * (d - value), 2);
      return of_bf16(half);
    }
    memcpy(&scale, token + value + d / 128 * 4, 4);
    return of_fp8(token[d]) * scale;
  }
  memcpy(&scale, token + width + (d >= value ? 4 : 0), 4);
  return (float)(int8_t)token[d] * scale;
}

struct trial {
  enum format format;
  struct latent_decode_job job;
  void *query;
  uint8_t *cache;
  int32_t *positions;
  float *out;
};

static const uint8_t *token_at(const struct trial *trial, int64_t i) {
  const struct latent_decode_job *job = &trial->job;
  int64_t at = job->sparse ? trial->positions[i] : i;
  if (at < 0) {
    return NULL;
  }
  int64_t block = job->sparse ? at / job->block_tokens : trial->positions[at / job->block_tokens];
  return trial->cache + block * job->block_bytes + at % job->block_tokens * job->token_bytes;
}

static float query_at(const struct trial *trial, int64_t at) {
  return trial->job.query_float ? ((float *)trial->query)[at]
                                : of_bf16(((uint16_t *)trial->query)[at]);
}

// The largest difference of a row from plain loops, relative to the largest value there can be, or
// that of its log-sum-exp.
static double difference(const struct trial *trial, int64_t row) {
  const struct latent_decode_job *job = &trial->job;
  int64_t count = job->to - job->from, at = row * job->width;
  int64_t visible = job->visible + row / job->heads * job->visible_step;
  double *out = calloc((size_t)job->value_width, sizeof(double));
  double total = 0, highest = -INFINITY, largest = 1e-3, worst = 0;
  double *scores = exactly((count + 1) * (int64_t)sizeof(double));
  for (int64_t i = 0; i < count; i++) {
    const uint8_t *token = token_at(trial, job->from + i);
    scores[i] = -INFINITY;
    if (token && job->from + i < visible) {
      scores[i] = 0;
      for (int64_t d = 0; d < job->width; d++) {
        scores[i] += (double)query_at(trial, at + d) *
                     element(trial->format, token, job->width, job->value_width, d);
      }
      scores[i] *= job->scale;
    }
    highest = fmax(highest, scores[i]);
  }
  for (int64_t i = 0; i < count; i++) {
    if (scores[i] != -INFINITY) {
      double weight = exp(scores[i] - highest);
      total += weight;
      for (int64_t v = 0; v < job->value_width; v++) {
        double value = element(trial->format, token_at(trial, job->from + i), job->width,
                               job->value_width, v);
        largest = fmax(largest, fabs(value));  // NaN is none
        out[v] += weight * value;
      }
    }
  }
  int64_t rows = job->query_tokens * job->heads;
  double ours = trial->out[rows * (job->value_width + 1) + row];
  for (int64_t v = 0; v < job->value_width; v++) {
    double is = trial->out[row * job->value_width + v];
    double off = total == 0 ? fabs(is) + fabs(ours) : off_by(is / ours, out[v] / total);
    worst = off <= worst ? worst : off;  // a NaN counts as worse
    if (off != off) {
      worst = INFINITY;
    }
  }
  double base = trial->out[rows * job->value_width + row] * M_LN2;
  double sum = total == 0 ? 0 : off_by(base + log(ours), highest + log(total));
  free(out);
  free(scores);
  return sum == sum ? fmax(worst / largest, sum) : INFINITY;
}

static void draw(struct trial *trial) {
  struct latent_decode_job *job = &trial->job;
  trial->format = (enum format)below(FORMATS);
  int64_t step = trial->format == INT8 ? 4 : trial->format == FLOAT32 ? 1 : 2;
  if (trial->format == FP8) {
    job->value_width = 128 * (1 + below(3));
    job->width = job->value_width + 2 * below(40);
  } else {
    job->width = step * (1 + below(80));
    job->value_width = trial->format == INT8 ? 4 * (1 + below(job->width / 4)) : 1 + below(job->width);
  }
  job->query_float = below(2);
  job->query_tokens = 1 + below(4);
  job->heads = 1 + below(below(2) ? 40 : 3);
  job->query_token = job->heads * job->width;
  job->token_bytes = token_bytes(trial->format, job->width, job->value_width);
  job->block_tokens = 1 + below(70);
  job->blocks = 1 + below(12);
  job->block_bytes = job->block_tokens * job->token_bytes;
  job->sparse = below(2);
  int64_t tokens = job->blocks * job->block_tokens;
  int64_t count = job->sparse ? below(400) : below(tokens + 1);
  job->from = below(count + 1);
  job->to = job->from + below(count - job->from + 1);
  job->visible_step = below(2);
  job->visible = below(3) ? count : below(count + 1);
  job->scale = 1 / sqrt((double)job->width);
}

static void fill(struct trial *trial) {
  struct latent_decode_job *job = &trial->job;
  int64_t elements = job->query_tokens * job->query_token;
  trial->query = exactly(elements * (job->query_float ? 4 : 2));
  for (int64_t i = 0; i < elements; i++) {
    // Queries that bf16 holds exactly, so that both kinds give the same.
    uint16_t half = bf16_of(uniform());
    if (job->query_float) {
      ((float *)trial->query)[i] = of_bf16(half);
    } else {
      ((uint16_t *)trial->query)[i] = half;
    }
  }
  int64_t tokens = job->blocks * job->block_tokens;
  trial->cache = exactly(tokens * job->token_bytes);
  for (int64_t t = 0; t < tokens; t++) {
    put_token(trial->format, trial->cache + t * job->token_bytes, job->width, job->value_width);
  }
  // In all formats NaN, which the rows that do not see these tokens must not meet.
  for (int64_t i = below(2) ? below(3) : 0; i > 0; i--) {
    memset(trial->cache + below(tokens) * job->token_bytes, 0xff, job->token_bytes);
  }
  int64_t entries = job->sparse ? job->to : (job->to + job->block_tokens - 1) / job->block_tokens;
  trial->positions = exactly(entries * 4);
  for (int64_t i = 0; i < entries; i++) {
    int64_t token = below(6) ? below(tokens) : -1;
    trial->positions[i] = (int32_t)(job->sparse ? token : below(job->blocks));
  }
  trial->out = exactly(job->query_tokens * job->heads * (job->value_width + 2) * 4);
}

static int run(struct trial *trial) {
  const struct latent_decode_job *job = &trial->job;
  uint8_t *work = work_of(works[trial->format](job));
  int wrong = decodes[trial->format](job, trial->query, trial->cache, trial->positions, work,
                                     trial->out) != 0;
  for (int64_t row = 0; row < job->query_tokens * job->heads && !wrong; row += 7) {
    double off = difference(trial, row);
    if (!(off <= allowed(trial->format))) {
      fprintf(stderr, "format %d, row %ld: off by %g\n", trial->format, (long)row, off);
      wrong = 1;
    }
  }
  free(work);
  return wrong;
}

static int one(void) {
  struct trial trial = {0};
  draw(&trial);
  fill(&trial);
  int wrong = run(&trial);
  free(trial.query);
  free(trial.cache);
  free(trial.positions);
  free(trial.out);
  return wrong;
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
