// Random shapes for the indexers. What comes out is compared with plain loops.

#include <math.h>

#include "../../main/c/kernels/indexer.h"
#include "fuzz.h"

typedef int indexer(const struct indexer_job *, const void *, const float *, const uint8_t *,
                    const int32_t *, uint8_t *, float *);
indexer indexer_bf16_avx512bf16, indexer_int8_avx512bf16;
int64_t indexer_bf16_work_avx512bf16(const struct indexer_job *);
int64_t indexer_int8_work_avx512bf16(const struct indexer_job *);

struct trial {
  struct indexer_job job;
  int int8, broken;
  void *query;
  float *weights, *out;
  uint8_t *cache;
  int32_t *table;
};

static void draw(struct trial *trial) {
  struct indexer_job *job = &trial->job;
  trial->int8 = (int)below(2);
  job->query_float = below(2);
  job->query_tokens = 1 + below(20);
  job->heads = 1 + below(below(2) ? 70 : 9);
  job->width = 1 + below(below(4) ? 40 : 140);
  job->key_bytes = trial->int8 ? job->width + 4 + below(20) : 2 * job->width;
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
    uint8_t *key = trial->cache + k * job->key_bytes;
    float scale = below(9) ? (uniform() + 1) / 127 : 0;
    for (int64_t d = 0; d < job->width; d++) {
      uint16_t half = bf16_of(uniform());
      if (trial->int8) {
        key[d] = (uint8_t)below(256);
      } else {
        memcpy(key + 2 * d, &half, 2);
      }
    }
    if (trial->int8) {
      memcpy(key + job->width, &scale, 4);
    }
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
  float scale;
  uint16_t half;
  if (trial->int8) {
    memcpy(&scale, key + trial->job.width, 4);
    return (double)(int8_t)key[d] * scale;
  }
  memcpy(&half, key + 2 * d, 2);
  return of_bf16(half);
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
    double step = trial->int8 ? largest / 250 * size : products / (job->query_float ? 256 : 1e5);
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
  uint8_t *work = work_of(trial->int8 ? indexer_int8_work_avx512bf16(job)
                                      : indexer_bf16_work_avx512bf16(job));
  indexer *kernel = trial->int8 ? indexer_int8_avx512bf16 : indexer_bf16_avx512bf16;
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
