// Random shapes for the decodes over keys and values apart. What comes out is compared with plain
// loops.

#include "../../main/c/kernels/paged_decode.h"
#include "fuzz.h"

#define DECODE(name) AT_LEVEL(paged_decode_##name)

typedef void decode_function(const struct paged_decode_job *, const float *, const uint8_t *,
                             const uint8_t *, const int32_t *, uint8_t *, float *);
typedef int64_t work_function(const struct paged_decode_job *);
decode_function DECODE(float32), DECODE(bf16);
work_function DECODE(float32_work), DECODE(bf16_work);

struct trial {
  int bf16;
  int64_t blocks;
  struct paged_decode_job job;
  float *query;
  uint8_t *keys, *values;
  int32_t *table;
  float *out;
};

static float element(const struct trial *trial, const uint8_t *from, int64_t i) {
  uint16_t half;
  float x;
  if (trial->bf16) {
    memcpy(&half, from + 2 * i, 2);
    return of_bf16(half);
  }
  memcpy(&x, from + 4 * i, 4);
  return x;
}

static void put(const struct trial *trial, uint8_t *to, int64_t i, float x) {
  if (trial->bf16) {
    uint16_t half = bf16_of(x);
    memcpy(to + 2 * i, &half, 2);
  } else {
    memcpy(to + 4 * i, &x, 4);
  }
}

static int64_t bytes(const struct trial *trial) { return trial->bf16 ? 2 : 4; }

// Where a head's key or value of a token lies.
static const uint8_t *row_at(const struct trial *trial, const uint8_t *pool, int64_t width,
                             int64_t token, int64_t head) {
  const struct paged_decode_job *job = &trial->job;
  int64_t block = trial->table[token / job->block_tokens];
  int64_t place = block * job->block_tokens + token % job->block_tokens;
  return pool + (place * job->key_heads + head) * width * bytes(trial);
}

static int sees(const struct paged_decode_job *job, int64_t query, int64_t token) {
  int64_t distance = job->position + query - token;
  return (!job->causal || distance >= 0) &&
         (!job->window || (distance < job->window && -distance < job->window));
}

// The largest difference of a row from plain loops, or that of its log-sum-exp.
static double difference(const struct trial *trial, int64_t row) {
  const struct paged_decode_job *job = &trial->job;
  int64_t heads = job->key_heads * job->sharing, head = row % heads / job->sharing;
  int64_t count = job->to - job->from;
  double *scores = exactly((count + 1) * (int64_t)sizeof(double));
  double *out = calloc((size_t)job->value_width, sizeof(double));
  double highest = -INFINITY, total = 0, worst = 0;
  for (int64_t i = 0; i < count; i++) {
    const uint8_t *key = row_at(trial, trial->keys, job->width, job->from + i, head);
    scores[i] = sees(job, row / heads, job->from + i) ? 0 : -INFINITY;
    for (int64_t d = 0; d < job->width; d++) {
      scores[i] += job->scale * trial->query[row * job->width + d] * element(trial, key, d);
    }
    highest = fmax(highest, scores[i]);
  }
  for (int64_t i = 0; i < count; i++) {
    if (sees(job, row / heads, job->from + i)) {
      const uint8_t *value = row_at(trial, trial->values, job->value_width, job->from + i, head);
      double weight = exp(scores[i] - highest);
      total += weight;
      for (int64_t v = 0; v < job->value_width; v++) {
        out[v] += weight * element(trial, value, v);
      }
    }
  }
  int64_t rows = job->query_tokens * heads;
  double ours = trial->out[rows * (job->value_width + 1) + row];
  for (int64_t v = 0; v < job->value_width; v++) {
    double is = trial->out[row * job->value_width + v];
    double off = total == 0 ? fabs(is) + fabs(ours) : off_by(is / ours, out[v] / total);
    worst = off != off ? INFINITY : fmax(worst, off);
  }
  double base = trial->out[rows * job->value_width + row] * M_LN2;
  double sum = total == 0 ? 0 : off_by(base + log(ours), highest + log(total));
  free(out);
  free(scores);
  return sum == sum ? fmax(worst, sum) : INFINITY;
}

static void draw(struct trial *trial) {
  struct paged_decode_job *job = &trial->job;
  trial->bf16 = (int)below(2);
  job->width = 1 + below(below(2) ? 140 : 20);
  job->value_width = 1 + below(below(2) ? 140 : 20);
  job->key_heads = 1 + below(4);
  job->sharing = 1 + below(below(2) ? 9 : 3);
  job->query_tokens = 1 + below(4);
  job->query_token = job->key_heads * job->sharing * job->width;
  job->block_tokens = 1 + below(70);
  trial->blocks = 1 + below(6);
  job->key_block = job->block_tokens * job->key_heads * job->width * bytes(trial);
  job->value_block = job->block_tokens * job->key_heads * job->value_width * bytes(trial);
  int64_t length = below(trial->blocks * job->block_tokens + 1);
  job->from = below(length + 1);
  job->to = job->from + below(length - job->from + 1);
  job->position = length - job->query_tokens;
  job->causal = below(2);
  job->window = below(2) ? 1 + below(100) : 0;
  job->scale = 1 / sqrt((double)job->width);
}

// A pool of the exact size, NaN behind the last token of the part and now and then in others.
static uint8_t *pool_of(const struct trial *trial, int64_t block_bytes, int64_t width) {
  const struct paged_decode_job *job = &trial->job;
  uint8_t *pool = exactly(trial->blocks * block_bytes);
  memset(pool, 0xff, (size_t)(trial->blocks * block_bytes));
  for (int64_t token = 0; token < job->to; token++) {
    for (int64_t head = 0; head < job->key_heads; head++) {
      uint8_t *row = (uint8_t *)row_at(trial, pool, width, token, head);
      for (int64_t d = 0; d < width; d++) {
        put(trial, row, d, uniform());
      }
    }
  }
  for (int64_t i = job->to > 0 && below(2) ? below(3) : 0; i > 0; i--) {
    uint8_t *row = (uint8_t *)row_at(trial, pool, width, below(job->to), below(job->key_heads));
    put(trial, row, below(width), NAN);
  }
  return pool;
}

static void fill(struct trial *trial) {
  struct paged_decode_job *job = &trial->job;
  int64_t used = (job->to + job->block_tokens - 1) / job->block_tokens;
  int64_t first = below(trial->blocks);
  trial->table = exactly(used * 4);
  for (int64_t i = 0; i < used; i++) {
    trial->table[i] = (int32_t)((first + i) % trial->blocks);
  }
  trial->query = exactly(job->query_tokens * job->query_token * 4);
  for (int64_t i = 0; i < job->query_tokens * job->query_token; i++) {
    trial->query[i] = uniform();
  }
  trial->keys = pool_of(trial, job->key_block, job->width);
  trial->values = pool_of(trial, job->value_block, job->value_width);
  int64_t rows = job->query_tokens * job->key_heads * job->sharing;
  trial->out = exactly(rows * (job->value_width + 2) * 4);
}

static int run(struct trial *trial) {
  const struct paged_decode_job *job = &trial->job;
  uint8_t *work = work_of((trial->bf16 ? DECODE(bf16_work) : DECODE(float32_work))(job));
  (trial->bf16 ? DECODE(bf16) : DECODE(float32))(job, trial->query, trial->keys, trial->values,
                                                 trial->table, work, trial->out);
  int wrong = 0;
  for (int64_t row = 0; row < job->query_tokens * job->key_heads * job->sharing; row++) {
    double off = difference(trial, row);
    if (!(off <= 1e-5)) {
      fprintf(stderr, "bf16 %d, row %ld: off by %g\n", trial->bf16, (long)row, off);
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
  free(trial.keys);
  free(trial.values);
  free(trial.table);
  free(trial.out);
  return wrong;
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
