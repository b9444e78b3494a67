// Random shapes for the indexers. What comes out is compared with plain loops.

#include <math.h>

#include "../../main/c/kernels/indexer.h"
#include "fuzz.h"

typedef int indexer(const struct indexer_job *, const void *, const float *, const uint8_t *,
                    const int32_t *, uint8_t *, float *);
typedef int64_t work_function(const struct indexer_job *);

#define INDEXER(name) AT_LEVEL(indexer_##name)

indexer INDEXER(bf16), INDEXER(int8), INDEXER(float32), INDEXER(fp8);
work_function INDEXER(bf16_work), INDEXER(int8_work), INDEXER(float32_work), INDEXER(fp8_work);

enum format { BF16, INT8, FLOAT32, FP8, FORMATS };

static indexer *const indexers[] = {INDEXER(bf16), INDEXER(int8), INDEXER(float32), INDEXER(fp8)};
static work_function *const works[] = {INDEXER(bf16_work), INDEXER(int8_work),
                                       INDEXER(float32_work), INDEXER(fp8_work)};

// Whether float32 queries are rounded to what the keys are.
#if defined(__AVX512BF16__)
enum { NARROW = 1 };
#else
enum { NARROW = 0 };
#endif

struct trial {
  struct indexer_job job;
  enum format format;
  int broken;
  void *query;
  float *weights, *out;
  uint8_t *cache;
  int32_t *table;
};

static int64_t key_bytes(enum format format, int64_t width) {
  switch (format) {
    case BF16: return 2 * width;
    case FLOAT32: return 4 * width;
    case FP8: return width + width / 128 * 4;
    default: return width + 4 + below(5) * 4;
  }
}

static void draw(struct trial *trial) {
  struct indexer_job *job = &trial->job;
  trial->format = (enum format)below(FORMATS);
  job->query_float = below(2);
  job->query_tokens = 1 + below(20);
  job->heads = 1 + below(below(2) ? 70 : 9);
  job->width = 1 + below(below(4) ? 40 : 140);
  if (trial->format == FP8) {
    job->width = 128 * (1 + below(2));
  }
  job->key_bytes = key_bytes(trial->format, job->width);
  job->block_keys = 1 + below(below(2) ? 70 : 300);
  job->blocks = 1 + below(8);
  job->block_bytes = job->block_keys * job->key_bytes;
  int64_t keys = job->blocks * job->block_keys;
  job->from = below(keys);
  job->to = job->from + below(keys - job->from + 1);
  job->visible_step = below(2);
  job->visible = below(keys + 20) - 10;
  job->out_token = job->to + below(5);
  trial->broken = !below(20);
}

static void put_key(const struct trial *trial, uint8_t *key) {
  int64_t width = trial->job.width;
  for (int64_t d = 0; d < width; d++) {
    uint16_t half = bf16_of(uniform());
    float x = uniform();
    switch (trial->format) {
      case BF16: memcpy(key + 2 * d, &half, 2); break;
      case FLOAT32: memcpy(key + 4 * d, &x, 4); break;
      case INT8: key[d] = (uint8_t)below(256); break;
      default: key[d] = (uint8_t)(below(2) * 128 + below(100));
    }
  }
  int64_t scales = trial->format == INT8 ? 1 : trial->format == FP8 ? width / 128 : 0;
  for (int64_t i = 0; i < scales; i++) {
    float scale = below(9) ? (uniform() + 1) / 127 : 0;
    memcpy(key + width + 4 * i, &scale, 4);
  }
}

static void fill(struct trial *trial) {
  struct indexer_job *job = &trial->job;
  int64_t rows = job->query_tokens * job->heads, keys = job->blocks * job->block_keys;
  trial->query = exactly(rows * job->width * (job->query_float ? 4 : 2));
  for (int64_t i = 0; i < rows * job->width; i++) {
    if (job->query_float) {
      ((float *)trial->query)[i] = uniform();
    } else {
      ((uint16_t *)trial->query)[i] = bf16_of(uniform());
    }
  }
  trial->weights = exactly(rows * 4);
  for (int64_t i = 0; i < rows; i++) {
    trial->weights[i] = uniform();
  }
  trial->cache = exactly(job->blocks * job->block_bytes);
  for (int64_t k = 0; k < keys; k++) {
    put_key(trial, trial->cache + k * job->key_bytes);
  }
  int64_t runs = (job->to + job->block_keys - 1) / job->block_keys;
  trial->table = exactly(runs * 4);
  for (int64_t i = 0; i < runs; i++) {
    trial->table[i] = (int32_t)below(job->blocks);
    if (trial->broken && !below(3)) {
      trial->table[i] = below(2) ? -1 - (int32_t)below(9) : (int32_t)(job->blocks + below(9));
    }
  }
  int64_t out = (job->query_tokens - 1) * job->out_token + job->to;
  trial->out = exactly(out * 4);
  for (int64_t i = 0; i < out; i++) {
    trial->out[i] = -7;
  }
}

static double query_at(const struct trial *trial, int64_t i) {
  return trial->job.query_float ? ((float *)trial->query)[i]
                                : of_bf16(((uint16_t *)trial->query)[i]);
}

static double key_at(const struct trial *trial, const uint8_t *key, int64_t d) {
  float x;
  uint16_t half;
  switch (trial->format) {
    case BF16: memcpy(&half, key + 2 * d, 2); return of_bf16(half);
    case FLOAT32: memcpy(&x, key + 4 * d, 4); return x;
    case INT8: memcpy(&x, key + trial->job.width, 4); return (double)(int8_t)key[d] * x;
    default: memcpy(&x, key + trial->job.width + d / 128 * 4, 4); return (double)of_fp8(key[d]) * x;
  }
}

// What rounding the queries may change.
static double rounding(const struct trial *trial, double products, double largest, double size) {
  if (NARROW && trial->format == INT8) {
    return largest / 250 * size;
  }
  return NARROW && trial->format == BF16 && trial->job.query_float ? products / 256 : products / 1e5;
}

// How far off the score is, in parts of what rounded queries may change.
static double off(const struct trial *trial, int64_t token, int64_t at) {
  const struct indexer_job *job = &trial->job;
  int64_t block = trial->table[at / job->block_keys];
  const uint8_t *key =
      trial->cache + block * job->block_bytes + at % job->block_keys * job->key_bytes;
  double score = 0, allowed = 1e-6;
  for (int64_t h = 0; h < job->heads; h++) {
    int64_t row = token * job->heads + h;
    double dot = 0, size = 0, largest = 0, products = 0;
    for (int64_t d = 0; d < job->width; d++) {
      double q = query_at(trial, row * job->width + d), k = key_at(trial, key, d);
      dot += q * k;
      size += fabs(k);
      products += fabs(q * k);
      largest = fmax(largest, fabs(q));
    }
    double step = rounding(trial, products, largest, size);
    allowed += fabs(trial->weights[row]) * (step + products * 1e-5);
    score += trial->weights[row] * fmax(dot, 0);
  }
  return fabs(trial->out[token * job->out_token + at] - score) / allowed;
}

static int row_is_wrong(const struct trial *trial, int64_t token) {
  const struct indexer_job *job = &trial->job;
  int64_t seen = job->visible + token * job->visible_step;
  for (int64_t at = 0; at < job->to; at++) {
    if (at < job->from || at >= seen) {
      if (trial->out[token * job->out_token + at] != -7) {
        return 1;
      }
    } else if (at % 5 == token % 5 && !(off(trial, token, at) <= 1)) {
      return 1;
    }
  }
  return 0;
}

// Whether a key that some token sees lies outside the cache.
static int leads_out(const struct trial *trial) {
  const struct indexer_job *job = &trial->job;
  int64_t end = job->visible + (job->query_tokens - 1) * job->visible_step;
  end = end < job->to ? end : job->to;
  for (int64_t at = job->from; at < end; at++) {
    int32_t block = trial->table[at / job->block_keys];
    if (block < 0 || block >= job->blocks) {
      return 1;
    }
  }
  return 0;
}

static int run(struct trial *trial) {
  const struct indexer_job *job = &trial->job;
  uint8_t *work = work_of(works[trial->format](job));
  indexer *kernel = indexers[trial->format];
  int failed =
      kernel(job, trial->query, trial->weights, trial->cache, trial->table, work, trial->out);
  free(work);
  int wrong = failed != leads_out(trial);
  for (int64_t token = 0; token < job->query_tokens && !wrong && !failed; token++) {
    wrong = row_is_wrong(trial, token);
  }
  return wrong;
}

static int one(void) {
  struct trial trial = {0};
  draw(&trial);
  fill(&trial);
  int wrong = run(&trial);
  free(trial.query);
  free(trial.weights);
  free(trial.cache);
  free(trial.table);
  free(trial.out);
  return wrong;
}

int main(int count, char **arguments) { return fuzz(count, arguments, one); }
